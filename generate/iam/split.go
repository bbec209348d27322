package iam

// valuesAStatement is how many characters of tables one statement may list: a managed policy then holds it with room for
// others. Names of tables have up to 255 characters, so a number of tables would not do.
const valuesAStatement = 3000

// split divides a list that may grow with the number of tables, so that each part fits a statement.
func split(values []string) [][]string { return splitBy(values, valuesAStatement) }

// splitBy divides a list into parts of so many characters.
func splitBy(values []string, room int) [][]string {
	var out [][]string
	begin, used := 0, 0
	for i, v := range values {
		if i > begin && used+len(v) > room {
			out = append(out, values[begin:i])
			begin, used = i, 0
		}
		used += len(v)
	}
	if begin < len(values) {
		out = append(out, values[begin:])
	}
	return out
}
