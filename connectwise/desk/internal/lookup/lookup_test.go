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

// What people write means a record by its name, in any letters, or by its id; an
// empty name is nobody's.
func TestMeans(t *testing.T) {
	for _, test := range []struct {
		written, name string
		id            int64
		want          bool
	}{
		{" new ", "New", 7, true}, {"7", "New", 7, true}, {" 7", "New", 7, true}, {"8", "New", 7, false}, {"nwe", "New", 7, false},
		{"", "", 7, false}, {"", "New", 0, false}, {"New", "", 7, false},
	} {
		if got := Means(test.written, test.name, test.id); got != test.want {
			t.Errorf("Means(%q, %q, %d) = %v", test.written, test.name, test.id, got)
		}
	}
	if Same("", "") || !Same("a", " A") || In([]string{"a", ""}, "") || !In([]string{"b", "A"}, "a") || In(nil, "a") {
		t.Error("names are compared wrongly")
	}
}

// A company is known by its number.
func TestCompany(t *testing.T) {
	for text, want := range map[string]int64{"1": 1, "250": 250, "0": 0, "-7": 0, "": 0, "ACME": 0, "1.5": 0} {
		id, err := Company(text)
		if id != want || (err == nil) != (want > 0) {
			t.Errorf("%q is company %d, %v", text, id, err)
		}
	}
}
