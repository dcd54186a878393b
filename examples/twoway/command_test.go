package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/examples/internal/program"
	"github.com/covedesk/covedesk/examples/programtest"
)

// line is a command line, with a service desk behind it.
type line struct {
	programtest.Place
	srv    *connectwisetest.Server
	config string
}

func commandLine(t *testing.T) *line {
	t.Parallel()
	w := newWorld(t)
	keys := w.srv.Credentials()
	place := programtest.Nowhere(t)
	place.Environment = map[string]string{
		"CWM_SITE": keys.Site, "CWM_COMPANY": keys.Company, "CWM_PUBLIC_KEY": keys.PublicKey, "CWM_PRIVATE_KEY": keys.PrivateKey, "CWM_CLIENT_ID": keys.ClientID, "USER": "carol",
	}
	return &line{place, w.srv, filepath.Join(place.Folder, "twoway.json")}
}

// do runs a command; its words are separated by |.
func (l *line) do(want program.Exit, words string) (stdout string) {
	l.Helper()
	args := strings.Split(words, "|")
	code, stdout, stderr := l.Run(run, args...)
	if code != want {
		l.Fatalf("%s: exit %d, want %d\n%s\n%s", words, code, want, stdout, stderr)
	}
	return stdout + stderr
}

func (l *line) shows(output string, parts ...string) {
	l.Helper()
	for _, part := range parts {
		if !strings.Contains(output, part) {
			l.Errorf("%q is missing from\n%s", part, output)
		}
	}
}

func TestFromNothingToATicketAndBack(t *testing.T) {
	l := commandLine(t)
	set := "-config|" + l.config
	l.shows(l.do(program.Fine, "configure|"+set+"|-board|Help Desk"), "saved in")
	l.shows(l.do(program.Fine, "check|"+set), "maps of statuses and priorities are complete")
	l.do(program.Fine, "group|add|-email|it@birch.example|Birch")
	l.shows(l.do(program.Wrong, "group|add|-email|it@birch.example|Birch"), "there already")
	l.do(program.Fine, "system|add|-group|Birch|-mac|00:1b:21:3a:4f:01|srv1")
	l.do(program.Fine, "system|add|-group|Birch|srv2")
	l.shows(l.do(program.Wrong, "case|add|-group|Birch|-ticket|Too early"), "gets no ticket", "neither its group \"Birch\" nor its system \"none\" is mapped")
	l.shows(l.do(program.Wrong, "map|set|system|Birch/srv2|1"), "is not mapped: map it first")
	l.do(program.Fine, "map|auto|"+set)
	l.shows(l.do(program.Fine, "map|list"), "Birch Dental (#", "SRV-1 (#", "Birch/srv2")
	l.shows(l.do(program.Fine, "map|offer|-match|birch"), "Birch Dental", "Active")
	offered := l.do(program.Fine, "map|offer|Birch")
	l.shows(offered, "SRV-1", "srv1")
	id := strings.Fields(strings.Split(offered, "\n")[1])[0]
	l.do(program.Fine, "map|set|system|Birch/srv2|"+id) // several systems may be one configuration
	l.shows(l.do(program.Fine, "case|add|-group|Birch|-system|srv2|-ticket|-text|It smokes.|Printer"), "case 1")
	file := filepath.Join(l.Folder, "log.txt")
	if err := os.WriteFile(file, []byte("log"), 0o600); err != nil {
		t.Fatal(err)
	}
	l.do(program.Fine, "case|attach|1|"+file)
	l.shows(l.do(program.Fine, "case|attach|1|"+file), "has this content already")
	l.do(program.Fine, "case|comment|1|Water helps?")
	l.do(program.Fine, "case|set|-status|Waiting|-priority|High|1")
	l.do(program.Fine, "sync|"+set)
	l.shows(l.do(program.Fine, "case|list"), "Waiting", "High", "#70001", "Printer")
	out := l.do(program.Fine, "case|show|1")
	l.shows(out, "Ticket: #70001", `company "Birch Dental", configuration "SRV-1", board "Help Desk", status "Waiting"`, "It smokes.", "Water helps?", "log.txt, 3 bytes, by carol", "status: New → Waiting")
	if got := l.do(program.Fine, "case|show|-file|log.txt|1"); got != "log" {
		t.Errorf("%q", got)
	}
	l.shows(l.do(program.Wrong, "case|show|-file|other|1"), "no attachment")
	l.shows(l.do(program.Fine, "report|-by|customer"), "customer", "Birch")
	l.shows(l.do(program.Fine, "report|-by|domain|-format|csv"), "birch.example,1,0,")
	var counts map[string]map[string]int
	if err := json.Unmarshal([]byte(l.do(program.Fine, "report|-by|user|-format|json")), &counts); err != nil || len(counts) == 0 {
		t.Errorf("%v %v", counts, err)
	}
	l.shows(l.do(program.Fine, "report|-from|2020-01-01|-to|2020-01-02"), "time")
	l.do(program.Fine, "map|remove|group|Birch")
	l.do(program.Fine, "map|remove|system|Birch/srv2")
	l.shows(l.do(program.Fine, "case|show|1"), "parked")
	l.shows(l.do(program.Wrong, "case|set|-ticket|1"), "gets no ticket")
}

func TestImport(t *testing.T) {
	l := commandLine(t)
	l.do(program.Fine, "group|add|-email|it@birch.example|Birch")
	l.do(program.Fine, "group|add|Oak Tampa")
	file := filepath.Join(l.Folder, "map.csv")
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("customer,company\nBirch,Nobody Inc\nOak Tampa,Oak\n")
	l.shows(l.do(program.Wrong, "map|import|"+file), "line 2")
	l.shows(l.do(program.Fine, "map|list"), "Birch", "-")
	write("customer,company\nBirch,Birch Dental\nOak Tampa,Oak\n")
	l.do(program.Fine, "map|import|"+file)
	l.shows(l.do(program.Fine, "map|list"), "Birch Dental (#", "Oak Group (#")
}

func TestIncompleteMapsAreRefused(t *testing.T) {
	l := commandLine(t)
	write := func(text string) {
		if err := os.WriteFile(l.config, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const maps = `{"twoway": {"board": "Help Desk", "statusMaps": {"Help Desk": {"toTicket": {"New": "New"}, "fromTicket": {"New": "New", "Assignd": "New"}}}}}`
	write(maps)
	for _, command := range []string{"configure|-config|", "check|-config|", "sync|-config|", "serve|-config|"} {
		l.shows(l.do(program.Wrong, command+l.config), `"Waiting" is not mapped`, `"Completed" is not mapped`, `"Assignd" is not known`)
	}
	if after, _ := os.ReadFile(l.config); string(after) != maps {
		t.Errorf("the file was changed: %s", after)
	}
	for text, want := range map[string]string{
		`{"twoway": {"closed": ["Gone"]}}`:                      `"Gone" is none of the statuses`,
		`{"twoway": {"closed": ["New"]}}`:                       "cannot be a closed one",
		`{"twoway": {"notesAs": "mail"}}`:                       `"mail" is none of`,
		`{"twoway": {"poll": "1s"}}`:                            "1m to 24h",
		`{"twoway": {"url": "https://x.example/"}}`:             "hard to guess",
		`{"twoway": {"url": "https://x.example/12345678?a"}}`:   "no query",
		`{"twoway": {"bord": "Help Desk"}}`:                     "bord",
		`{"twoway": {"board": "Help Deks"}}`:                    "no active board",
		`{"twoway": {"statuses": [], "priorities": []}}`:        "at least one",
		`{"twoway": {"board": "Help Desk", "maxAttachment":0}}`: "number of bytes",
	} {
		write(text)
		code, stdout, stderr := l.Run(run, "sync", "-config", l.config)
		if code == program.Fine || !strings.Contains(stdout+stderr, want) {
			t.Errorf("%s: exit %d, %s", text, code, stderr)
		}
	}
}

func TestWrongCommandLines(t *testing.T) {
	t.Parallel()
	l := &line{Place: programtest.Nowhere(t)}
	l.shows(l.do(program.Fine, "help"), " case add", " serve")
	for words, want := range map[string]string{
		"":                           "no such command",
		"case|fly":                   "no such command",
		"case|show":                  "case show [-file NAME] NUMBER",
		"case|show|x":                "not a number of a case",
		"case|show|7":                "there is no case 7",
		"case|add|":                  "needs a title",
		"case|add|-priority|Odd|x":   `"Odd" is none of`,
		"case|add|-group|Nobody|x":   "there is no group",
		"group|add|a/b":              "without a slash",
		"system|add|-group|Nobody|x": "not added",
		"system|add|-mac|zz|x":       "such as 00:1b",
		"map|set|thing|a|1":          "CWM_SITE",
		"map|remove|thing|a":         "no thing",
		"report|-by|weather":         "want -by user",
		"report|-from|yesterday":     "yesterday",
		"configure":                  "CWM_SITE",
		"sync|-config|/no/such/file": "no such file",
		"serve|-listen|0.0.0.0:1":    "CWM_SITE",
	} {
		l.shows(l.do(program.Wrong, words), want)
	}
	l.do(program.Fine, "case|add|Without a ticket")
	for words, want := range map[string]string{
		"case|set|-status|Odd|1":      `"Odd" is none of`,
		"case|set|-ticket|1":          "gets no ticket",
		"case|comment|1|\t":           "needs a text",
		"case|attach|1|/no/such/file": "no such file",
	} {
		l.shows(l.do(program.Wrong, words), want)
	}
}

func TestServe(t *testing.T) {
	l := commandLine(t)
	l.do(program.Fine, "configure|-config|"+l.config+"|-board|Help Desk")
	l.do(program.Fine, "group|add|-email|it@birch.example|Birch")
	l.do(program.Fine, "map|auto")
	l.shows(l.do(program.Wrong, "serve|-config|"+l.config+"|-cert|x.pem"), "belong together")
	free, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	_ = free.Close()
	data, _ := os.ReadFile(l.config)
	with := strings.Replace(string(data), `"twoway": {`, fmt.Sprintf(`"twoway": {"url": "http://%s/cw/8f2c1d3e5a",`, address), 1)
	if err := os.WriteFile(l.config, []byte(with), 0o600); err != nil {
		t.Fatal(err)
	}
	l.do(program.Fine, "case|add|-group|Birch|-ticket|Printer")
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	ended := make(chan program.Exit)
	go func() {
		p := l.Program("serve", "-config", l.config, "-listen", address)
		ended <- p.Run(ctx, run)
	}()
	until := func(what string, is func() bool) {
		t.Helper()
		for end := time.Now().Add(15 * time.Second); !is(); time.Sleep(20 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatal("never:", what)
			}
		}
	}
	until("a ticket", func() bool { return len(l.srv.Tickets()) == 1 })
	until("the case knows it", func() bool { return strings.Contains(l.do(program.Fine, "case|list"), "#70001") })
	l.shows(l.do(program.Failed, "sync|-config|"+l.config), "another twoway serves")
	if err := l.srv.AsPerson("tech1").CloseTicket(70001); err != nil {
		t.Fatal(err)
	}
	until("closed by a callback", func() bool { return strings.Contains(l.do(program.Fine, "case|list|-all"), "Closed") })
	stop()
	if code := <-ended; code != program.Fine {
		t.Errorf("exit %d", code)
	}
}
