package lookup

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
		if got := Suggest(test.wrong, test.names); got != test.want {
			t.Errorf("Suggest(%q, %q) = %s, want %s", test.wrong, test.names, got, test.want)
		}
	}
}
