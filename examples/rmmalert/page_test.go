package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/covedesk/covedesk/examples/internal/program"
)

func page(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "docs", "rmmalert.md"))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// block is the first fenced block of a language after a heading.
func block(t *testing.T, heading, language string) string {
	t.Helper()
	_, after, found := strings.Cut(page(t), heading+"\n")
	_, after, open := strings.Cut(after, "```"+language+"\n")
	text, _, closed := strings.Cut(after, "```\n")
	if !found || !open || !closed {
		t.Fatalf("docs/rmmalert.md has no %s under %q", language, heading)
	}
	return text
}

// The page names every setting with its default, and every flag.
func TestPageIsComplete(t *testing.T) {
	t.Parallel()
	text, defaults := page(t), reflect.ValueOf(defaultSection())
	for i := range defaults.NumField() {
		name := defaults.Type().Field(i).Tag.Get("json")
		if !strings.Contains(text, "\n| `alerts."+name+"` | ") {
			t.Errorf("docs/rmmalert.md has no row for alerts.%s", name)
		}
	}
	b := newBench(t, "")
	_, help, _ := b.call("-help")
	flags := regexp.MustCompile(`(?m)^  (-[a-z-]+)`).FindAllStringSubmatch(help, -1)
	if len(flags) < 15 {
		t.Errorf("-help names %d flags:\n%s", len(flags), help)
	}
	for _, flag := range flags {
		if !strings.Contains(text, "`"+flag[1]) {
			t.Errorf("docs/rmmalert.md does not explain %s", flag[1])
		}
	}
}

// The file that the page shows works as it stands.
func TestPageSettings(t *testing.T) {
	t.Parallel()
	b := newBench(t, block(t, "A whole file:", "json"))
	b.tenant()
	b.put("-key", "a", "-customer", "Birch", "-severity", "critical", "-summary", "a is down", "-field", "AlertName=Down", "-field", "Where=db01", "-field", "rack=R7")
	b.put("-key", "b", "-customer", "Trial Lab")
	b.drained()
	b.want(b.tickets(), "[RMM] a is down|New")
	got := b.srv.Tickets()[0]
	if got.Team.Name != "Night" || got.Type.Name != "Alert" || got.Priority.Name != "Priority 1 - Critical" || got.Impact != "High" || got.Severity != "High" {
		t.Errorf("%+v", got)
	}
	if !strings.Contains(b.notes(), "We look into Down on db01.") {
		t.Errorf("notes %s", b.notes())
	}
}

// built is the program as a tool calls it.
func built(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	build := exec.CommandContext(t.Context(), "go", "build", "-o", folder+string(filepath.Separator), ".")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return filepath.Join(folder, "rmmalert")
}

// The receiver of the page turns what Alertmanager sends into alerts.
func TestPageAlertmanager(t *testing.T) {
	if testing.Short() {
		t.Skip("builds two programs")
	}
	t.Parallel()
	b := newBench(t, "")
	path, folder := filepath.Dir(built(t)), t.TempDir()
	source := block(t, "### Alertmanager", "go")
	// The test is the sender: it takes one message from standard input.
	source = strings.Replace(source, "func main() {", "func real() {", 1) + `
func main() {
	r, err := http.NewRequest("POST", "/", os.Stdin)
	if err != nil {
		log.Fatal(err)
	}
	w := httptest.NewRecorder()
	receive(w, r)
	if w.Code != 200 {
		log.Fatal(w.Body)
	}
}
`
	source = strings.Replace(source, `"os/exec"`, "\"net/http/httptest\"\n\t\"os\"\n\t\"os/exec\"", 1)
	for name, text := range map[string]string{"main.go": source, "go.mod": "module example.com/receiver\n\ngo 1.26\n"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	receiver := filepath.Join(folder, "receiver")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", receiver, ".")
	build.Dir, build.Env = folder, append(os.Environ(), "GOWORK=off")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	send := func(status string) {
		t.Helper()
		message, err := json.Marshal(map[string]any{"version": "4", "status": status, "alerts": []any{map[string]any{
			"status": status, "fingerprint": "1a30ba71cca2921f", "startsAt": "2026-11-29T07:00:00Z", "endsAt": "0001-01-01T00:00:00Z",
			"labels":      map[string]string{"alertname": "ProbeFailure", "instance": "https://www.example.com", "severity": "error", "customer": "ACME"},
			"annotations": map[string]string{"summary": "www is down", "description": "It is down for \"5m\"."},
		}}})
		if err != nil {
			t.Fatal(err)
		}
		run := exec.CommandContext(t.Context(), receiver)
		run.Stdin = strings.NewReader(string(message))
		run.Env = append(os.Environ(), "PATH="+path+string(os.PathListSeparator)+os.Getenv("PATH"), "XDG_CONFIG_HOME="+b.Folder)
		if out, err := run.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	b.dir = filepath.Join(b.Folder, "covedesk", "rmmalert.spool")
	send("firing")
	b.drained("-spool", b.dir)
	b.want(b.tickets(), "www is down|New")
	if !strings.Contains(b.notes(), `It is down for "5m".`) || !strings.Contains(b.notes(), "Severity: high") {
		t.Errorf("notes %s", b.notes())
	}
	send("resolved")
	b.drained("-spool", b.dir)
	b.want(b.tickets(), "www is down|Closed")
}

// The script for Zabbix makes a line of whatever stands in its parameters.
func TestPageZabbix(t *testing.T) {
	jq, err := exec.LookPath("jq")
	if err != nil {
		t.Skip("needs jq")
	}
	t.Parallel()
	b := newBench(t, "")
	script := strings.Replace(block(t, "### Zabbix", "sh"), "| rmmalert", "", 1)
	for i, value := range []string{"1", "0"} {
		run := exec.CommandContext(t.Context(), "sh", "-c", strings.Replace(script, "jq", jq, 1), "sh", value, "10084", "db01", `Disk "C:" is full`, "2 %\n98 %", "ACME")
		line, err := run.Output()
		if err != nil {
			t.Fatal(err)
		}
		if code, errs := b.lines(string(line)); code != program.Fine {
			t.Fatalf("exit %d, %s from %s", code, errs, line)
		}
		b.drained()
		b.want(b.tickets(), `db01: Disk "C:" is full|`+[]string{"New", "Closed"}[i])
	}
}
