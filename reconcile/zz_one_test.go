package reconcile_test

import (
	"os"
	"strconv"
	"strings"
	"testing"
)

func TestOneWorld(t *testing.T) {
	seed, _ := strconv.ParseUint(os.Getenv("WORLD"), 10, 64)
	w := newModel(seed)
	if err := w.play(); err != nil {
		t.Fatalf("%v\n%+v\n%s", err, w.policy, strings.Join(w.log, "\n"))
	}
}
