package main

import (
	"io"
	"slices"
	"strings"
	"unicode"

	"github.com/alecthomas/kong"
)

// completeCommand is what the scripts of the shells ask: the words of a command line up to the cursor go in, what may stand
// at the cursor comes out.
type completeCommand struct {
	Words []string `arg:"" optional:"" help:"The words of the command line up to the cursor." placeholder:"WORD"`
}

// Help is printed by help complete.
func (completeCommand) Help() string {
	return `The scripts that ddbgen completion prints call this.

Example:

  ddbgen complete -- build --f`
}

// Run prints whether the candidates are words or files, and then the candidates.
func (c completeCommand) Run(k *kong.Context, stdout io.Writer) error {
	words := c.Words
	if len(words) > 0 && words[0] == "--" {
		words = words[1:]
	}
	if len(words) == 0 {
		words = []string{""}
	}
	_, err := io.WriteString(stdout, complete(k.Model.Node, words).String())
	return err
}

// candidates are what may stand at the cursor.
type candidates struct {
	files bool
	all   []candidate
}

type candidate struct{ text, help string }

// String is what the scripts read: the sort of the candidates, and a line for each. A file whose name would break its line
// is left out.
func (c candidates) String() string {
	out := "words\n"
	if c.files {
		out = "files\n"
	}
	for _, one := range c.all {
		if strings.ContainsFunc(one.text, unicode.IsControl) {
			continue
		}
		out += one.text
		if one.help != "" {
			out += "\t" + one.help
		}
		out += "\n"
	}
	return out
}

// complete returns what may stand in the place of the last word.
func complete(root *kong.Node, words []string) candidates {
	l := commandLine{node: root, given: map[string]string{}}
	before, last := words[:len(words)-1], words[len(words)-1]
	for _, word := range before {
		l.take(word)
	}
	name, value, assigned := strings.Cut(last, "=")
	switch flag := l.flagNamed(name); {
	case l.flag != nil:
		// Bash breaks --format=json into three words. At the = the value begins.
		return l.values(l.flag.Value, strings.TrimPrefix(last, "="), "")
	case l.plain || !strings.HasPrefix(last, "-"):
		return l.commandsOr(l.next(), last)
	case !assigned:
		return l.flags(last)
	case flag != nil:
		return l.values(flag.Value, value, name+"=")
	}
	return candidates{}
}

// commandLine is a command line read so far.
type commandLine struct {
	node      *kong.Node        // the command
	flag      *kong.Flag        // whose value comes next
	plain     bool              // after --, where nothing is a flag
	arguments int               // that the command was given
	given     map[string]string // the values of flags and arguments, by their names
}

// take reads a whole word.
func (l *commandLine) take(word string) {
	switch {
	case l.flag != nil && word == "=":
	case l.flag != nil:
		l.given[l.flag.Name] = word
		l.flag = nil
	case word == "--" && !l.plain:
		l.plain = true
	case strings.HasPrefix(word, "-") && word != "-" && !l.plain:
		l.takeFlag(word)
	default:
		l.takeArgument(word)
	}
}

func (l *commandLine) takeFlag(word string) {
	name, value, assigned := strings.Cut(word, "=")
	switch flag := l.flagNamed(name); {
	case flag == nil:
	case assigned:
		l.given[flag.Name] = value
	case !flag.IsBool():
		l.flag = flag
	}
}

func (l *commandLine) takeArgument(word string) {
	for _, child := range l.node.Children {
		if child.Name == word {
			l.node = child
			return
		}
	}
	if argument := l.next(); argument != nil {
		l.given[argument.Name] = word
	}
	l.arguments++
}

// next is the argument that comes next; nil if the command takes no more.
func (l *commandLine) next() *kong.Value {
	if l.arguments >= len(l.node.Positional) {
		return nil
	}
	return l.node.Positional[l.arguments]
}

// flagNamed finds a flag by --name or -n, of the command or of all commands.
func (l *commandLine) flagNamed(word string) *kong.Flag {
	for _, flag := range slices.Concat(l.node.AllFlags(false)...) {
		if word == "--"+flag.Name || flag.Short != 0 && word == "-"+string(flag.Short) {
			return flag
		}
	}
	return nil
}

// flags are those that begin so.
func (l *commandLine) flags(begun string) candidates {
	var found candidates
	for _, flag := range slices.Concat(l.node.AllFlags(true)...) {
		if name := "--" + flag.Name; strings.HasPrefix(name, begun) {
			found.all = append(found.all, candidate{name, flag.Help})
		}
	}
	return found
}

// commandsOr are the values of an argument that begin so; where none comes next, the commands, unless an unknown one stands
// before.
func (l *commandLine) commandsOr(argument *kong.Value, begun string) candidates {
	if argument != nil {
		return l.values(argument, begun, "")
	}
	var found candidates
	for _, child := range l.node.Children {
		if !child.Hidden && l.arguments == 0 && strings.HasPrefix(child.Name, begun) {
			found.all = append(found.all, candidate{child.Name, child.Help})
		}
	}
	return found
}
