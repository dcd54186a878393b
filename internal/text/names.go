package text

import (
	"net/url"
	"strings"
)

// secretName reports whether a header, member or parameter with the name holds
// a secret, whatever its case and separators.
func secretName(name string) bool {
	name = strings.Map(func(c rune) rune {
		switch c {
		case '-', '_', '.', ' ', '+':
			return -1
		}
		return c
	}, strings.ToLower(name))
	switch name {
	case "visa", "cookie", "setcookie", "clientid", "memberhash", "pass", "pw", "sig", "sas", "jwt":
		return true
	}
	for _, part := range []string{
		"authorization", "password", "passwort", "passphrase", "passcode", "passwd", "pwd", "secret", "token", "tempauth", "signature",
		"apikey", "privatekey", "publickey", "signingkey", "accountkey", "accesskey", "sharedkey", "authkey",
	} {
		if strings.Contains(name, part) {
			return true
		}
	}
	return false
}

// maskQuery masks the values of secret parameters and leaves the rest of the
// query unchanged.
func maskQuery(query string) string {
	parts := strings.Split(query, "&")
	for i, p := range parts {
		key, _, found := strings.Cut(p, "=")
		if plain, err := url.QueryUnescape(key); found && (err != nil || secretName(plain)) {
			parts[i] = key + "=" + mask
		}
	}
	return strings.Join(parts, "&")
}

// maskAssigned masks the values of secret names in URLs inside a text.
func maskAssigned(s string) string {
	var b strings.Builder
	for {
		i := strings.IndexByte(s, '=')
		if i < 0 {
			b.WriteString(s)
			return b.String()
		}
		name := s[i-nameLength(s[:i]) : i]
		b.WriteString(s[:i+1])
		s = s[i+1:]
		plain, err := url.QueryUnescape(name)
		if err == nil && !secretName(plain) {
			continue
		}
		if end := valueEnd(s); end > 0 {
			b.WriteString(mask)
			s = s[end:]
		}
	}
}

// nameLength returns the length of the parameter name that s ends with.
func nameLength(s string) int {
	n := 0
	for n < len(s) {
		switch c := s[len(s)-1-n]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.IndexByte("_-.%+", c) >= 0:
			n++
		default:
			return n
		}
	}
	return n
}

// valueEnd returns where a value in a text ends: at a blank, at a quote (even
// if it is escaped), or at another character that may follow a value.
func valueEnd(s string) int {
	for i := range len(s) {
		switch s[i] {
		case ' ', '\t', '\r', '\n', '"', '\'', '`', ';', '<', '>', '&':
			return i
		case '\\':
			if i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\'') {
				return i
			}
		}
	}
	return len(s)
}
