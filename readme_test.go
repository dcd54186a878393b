package covedesk_test

import (
	"os"
	"strings"
	"testing"
)

// The program in the README is the one that compiles here.
func TestReadmeProgramCompiles(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	example, err := os.ReadFile("example_test.go")
	if err != nil {
		t.Fatal(err)
	}
	_, shown, found := strings.Cut(string(readme), "```go\n")
	shown, _, closed := strings.Cut(shown, "```\n")
	if !found || !closed {
		t.Fatal("README.md shows no program")
	}
	if !strings.HasSuffix(string(example), "\n"+shown) {
		t.Error("the program in README.md is not the one in example_test.go")
	}
}
