package text

import "strings"

// maskMembers masks the values of secret members in JSON, even if the JSON is
// cut off or escaped inside a string.
func maskMembers(s string) string {
	var b strings.Builder
	for {
		name, value := nextMember(s)
		if value < 0 {
			b.WriteString(s)
			return b.String()
		}
		// Such a name is a URL in quotes, followed by a colon.
		if !secretName(name) || strings.ContainsAny(name, "/?=&") {
			b.WriteString(s[:value])
			s = s[value:]
			continue
		}
		b.WriteString(s[:value])
		end := value + valueLength(s[value:])
		b.WriteString(`"` + mask + `"`)
		s = s[end:]
	}
}

// nextMember finds the next `"name":` and returns the name and the position of
// its value; the position is negative when there is no member.
func nextMember(s string) (name string, value int) {
	for colon := 0; ; colon++ {
		i := strings.IndexByte(s[colon:], ':')
		if i < 0 {
			return "", -1
		}
		colon += i
		head := strings.TrimRight(s[:colon], " \t\r\n")
		if !strings.HasSuffix(head, `"`) {
			continue
		}
		head = strings.TrimRight(head[:len(head)-1], `\`)
		open := strings.LastIndexByte(head, '"')
		if open < 0 {
			continue
		}
		value = colon + 1
		for value < len(s) && strings.IndexByte(" \t\r\n", s[value]) >= 0 {
			value++
		}
		return head[open+1:], value
	}
}

// valueLength returns the length of the JSON value at the beginning of s; all
// of s if it does not end.
func valueLength(s string) int {
	escapes := len(s) - len(strings.TrimLeft(s, `\`))
	if escapes < len(s) && s[escapes] == '"' {
		return escapes + 1 + stringEnd(s[escapes+1:], escapes)
	}
	if s != "" && (s[0] == '{' || s[0] == '[') {
		return bracketLength(s)
	}
	if end := strings.IndexAny(s, ",}] \t\r\n\\\""); end >= 0 {
		return end
	}
	return len(s)
}

// stringEnd returns the position after the quote that ends a string. escapes is
// the number of backslashes before the string's own quotes: 0 for plain JSON, 1
// for JSON in a string, 3 for JSON in a string in a string. A quote also ends
// the string if escaped backslashes precede those.
func stringEnd(s string, escapes int) int {
	run := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			run++
			continue
		case '"':
			if run%(2*(escapes+1)) == escapes {
				return i + 1
			}
		}
		run = 0
	}
	return len(s)
}

// bracketLength returns the length of an object or array.
func bracketLength(s string) int {
	depth := 0
	for i := 0; i < len(s); {
		switch s[i] {
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		case '"':
			i += 1 + stringEnd(s[i+1:], 0)
			continue
		case '\\':
			escapes := len(s[i:]) - len(strings.TrimLeft(s[i:], `\`))
			if i += escapes; i < len(s) && s[i] == '"' {
				i += 1 + stringEnd(s[i+1:], escapes)
			}
			continue
		}
		i++
	}
	return len(s)
}
