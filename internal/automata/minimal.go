package automata

import (
	"encoding/binary"
	"slices"
)

// minimal is the least automaton that reads the same texts, numbered breadth first (Moore's algorithm: states that differ
// in something are told apart, then those that lead to told-apart states, until nothing more is told apart).
func minimal(states []state) Set {
	class, count := byDistance(states)
	for {
		next, n := refine(states, class)
		if n == count {
			break
		}
		class, count = next, n
	}
	return renumber(states, class, count)
}

// byDistance tells states apart by how many letters it takes at least to be accepted, and to be refused. States that read
// the same texts agree in both, and those of a long pattern, which is nearly a chain, are told apart by it at once.
func byDistance(states []state) ([]int32, int) {
	into := reversed(states)
	accepted, refused := distances(states, into, true), distances(states, into, false)
	class := make([]int32, len(states))
	numbers := make(map[[2]int32]int32, len(states))
	for i := range states {
		key := [2]int32{accepted[i], refused[i]}
		number, known := numbers[key]
		if !known {
			number = int32(len(numbers))
			numbers[key] = number
		}
		class[i] = number
	}
	return class, len(numbers)
}

// reversed is, for each state, the states with an edge into it.
func reversed(states []state) [][]int32 {
	into := make([][]int32, len(states))
	for i, s := range states {
		for _, e := range s.edges {
			into[e.to] = append(into[e.to], int32(i))
		}
	}
	return into
}

// distances is, for each state, how many letters it takes at least to reach one that accepts, or one that does not; -1 if
// none can be reached.
func distances(states []state, into [][]int32, accept bool) []int32 {
	out := make([]int32, len(states))
	queue := make([]int32, 0, len(states))
	for i, s := range states {
		out[i] = -1
		if s.accept == accept {
			out[i] = 0
			queue = append(queue, int32(i))
		}
	}
	for i := 0; i < len(queue); i++ {
		for _, from := range into[queue[i]] {
			if out[from] < 0 {
				out[from] = out[queue[i]] + 1
				queue = append(queue, from)
			}
		}
	}
	return out
}

// refine splits each class by the classes its states lead to.
func refine(states []state, class []int32) ([]int32, int) {
	out := make([]int32, len(states))
	numbers := make(map[string]int32, len(states))
	var signature []byte
	for i, s := range states {
		signature = binary.LittleEndian.AppendUint32(signature[:0], uint32(class[i]))
		for k, e := range s.edges {
			if k+1 < len(s.edges) && class[s.edges[k+1].to] == class[e.to] {
				continue // the next edge goes on where this one leads
			}
			signature = binary.LittleEndian.AppendUint16(signature, e.last)
			signature = binary.LittleEndian.AppendUint32(signature, uint32(class[e.to]))
		}
		number, known := numbers[string(signature)]
		if !known {
			number = int32(len(numbers))
			numbers[string(signature)] = number
		}
		out[i] = number
	}
	return out, len(numbers)
}

// inOrder is an automaton that is minimal as it is, numbered breadth first.
func inOrder(states []state) Set {
	class := make([]int32, len(states))
	for i := range class {
		class[i] = int32(i)
	}
	return renumber(states, class, len(states))
}

// renumber makes one state of each class, in breadth-first order from the first.
func renumber(states []state, class []int32, count int) Set {
	member := make([]int32, count) // some state of each class
	for i := range slices.Backward(states) {
		member[class[i]] = int32(i)
	}
	number := make([]int32, count)
	for i := range number {
		number[i] = -1
	}
	number[class[0]] = 0
	queue := []int32{class[0]}
	out := make([]state, 0, count)
	for i := 0; i < len(queue); i++ {
		old := states[member[queue[i]]]
		s := state{accept: old.accept}
		for _, e := range old.edges {
			c := class[e.to]
			if number[c] < 0 {
				number[c] = int32(len(queue))
				queue = append(queue, c)
			}
			s.edges = appendEdge(s.edges, edge{e.last, number[c]})
		}
		out = append(out, s)
	}
	return Set{out}
}
