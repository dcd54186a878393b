package desk

import "testing"

func TestSuggest(t *testing.T) {
	for _, test := range []struct {
		wrong string
		names []string
		want  string
	}{
		{"Servce Desk", []string{"Projects", "Service Desk", "Sales", "Alerts"}, `there is "Service Desk", "Projects", "Sales"`},
		{"closed", []string{"New", ">Closed<", "Closing"}, `there is ">Closed<", "Closing", "New"`},
		{"", []string{"b", "a"}, `there is "a", "b"`},
		{"x", nil, "there are none"},
	} {
		if got := suggest(test.wrong, test.names); got != test.want {
			t.Errorf("suggest(%q, %q) = %s, want %s", test.wrong, test.names, got, test.want)
		}
	}
}

func TestEditDistance(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"abc", "", 3}, {"", "abc", 3}, {"kitten", "sitting", 3}, {"flaw", "lawn", 2}, {"é", "e", 1}, {"same", "same", 0},
	} {
		if got := editDistance(test.a, test.b); got != test.want {
			t.Errorf("editDistance(%q, %q) = %d, want %d", test.a, test.b, got, test.want)
		}
	}
}
