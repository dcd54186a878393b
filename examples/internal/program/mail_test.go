package program

import (
	"bufio"
	"crypto/tls"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"net"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// postOffice is a mail server that takes one message: in the clear, or, with a
// certificate, only after STARTTLS and a log-in. heard is the conversation, once the
// sender is done: one that was refused does not hang up.
func postOffice(t *testing.T, host string, certificate *tls.Config) (address string, heard func() string) {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	callers, message := make(chan net.Conn, 1), make(chan string, 1)
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer func() { _ = conn.Close() }()
		callers <- conn
		message <- serve(conn, certificate)
	}()
	heard = func() string {
		_ = (<-callers).SetReadDeadline(time.Now().Add(100 * time.Millisecond))
		return <-message
	}
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return net.JoinHostPort(host, port), heard
}

func serve(conn net.Conn, certificate *tls.Config) string {
	var all strings.Builder
	say := func(line string) { _, _ = fmt.Fprintf(conn, "%s\r\n", line) }
	say("220 mail")
	private, known, inside := false, certificate == nil, false
	for in := bufio.NewScanner(conn); in.Scan(); {
		line := in.Text()
		all.WriteString(line + "\n")
		switch verb, _, _ := strings.Cut(line, " "); {
		case inside && line != ".":
		case inside:
			inside = false
			say("250 taken")
		case verb == "EHLO" && certificate != nil && !private:
			say("250-mail\r\n250 STARTTLS")
		case verb == "EHLO" && private:
			say("250-mail\r\n250 AUTH PLAIN")
		case verb == "STARTTLS":
			say("220 go on")
			conn, private = tls.Server(conn, certificate), true
			in = bufio.NewScanner(conn)
		case verb == "AUTH":
			known = private && line == "AUTH PLAIN "+base64.StdEncoding.EncodeToString([]byte("\x00mailer\x00hush"))
			say(map[bool]string{true: "235 welcome", false: "535 who are you"}[known])
		case verb == "MAIL" && !known:
			say("530 log in first")
		case verb == "DATA":
			inside = true
			say("354 go on")
		case verb == "QUIT":
			say("221 bye")
			return all.String()
		default:
			say("250 well")
		}
	}
	return all.String()
}

func TestMail(t *testing.T) {
	t.Parallel()
	p, _, _ := surroundings(t, nil)
	address, heard := postOffice(t, "127.0.0.1", nil)
	told, err := p.Send(t.Context(), Notify{Emergency: []string{"oncall@example.com"}, SMTP: address, From: "covedesk@example.com"}, "it broke", "the board is gone")
	if err != nil || !told {
		t.Fatal(told, err)
	}
	text := heard()
	for _, want := range []string{"RCPT TO:<oncall@example.com>", "MAIL FROM:<covedesk@example.com>", "Subject: it broke", "the board is gone"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing from\n%s", want, text)
		}
	}
	told, err = p.Send(t.Context(), Notify{Emergency: []string{"oncall@example.com"}, SMTP: "127.0.0.1:1", From: "covedesk@example.com"}, "", "")
	if told || err == nil || !strings.Contains(err.Error(), "oncall@example.com") {
		t.Error(told, err)
	}
}

// The certificate is trusted in a process of its own, as a machine's is.
func TestMailWithTLSAndLogIn(t *testing.T) {
	const inner = "MAIL_TEST_SERVER"
	if address := os.Getenv(inner); address != "" {
		p, _, _ := surroundings(t, map[string]string{"SMTP_USERNAME": "mailer", "SMTP_PASSWORD": os.Getenv("MAIL_TEST_PASSWORD")})
		_, err := p.Send(t.Context(), Notify{Emergency: []string{"oncall@example.com"}, SMTP: address, From: "covedesk@example.com"}, "it broke", "the board is gone")
		if err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Parallel()
	web := httptest.NewTLSServer(nil)
	t.Cleanup(web.Close)
	trusted := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(trusted, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: web.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct{ password, ca, want string }{
		"right":          {"hush", trusted, ""},
		"wrong password": {"hush-2", trusted, "who are you"},
		"not trusted":    {"hush", "", "certificate"},
	} {
		address, heard := postOffice(t, "127.0.0.1", &tls.Config{Certificates: web.TLS.Certificates})
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestMailWithTLSAndLogIn$")
		cmd.Env = append(os.Environ(), inner+"="+address, "MAIL_TEST_PASSWORD="+test.password, "SSL_CERT_FILE="+test.ca)
		out, err := cmd.CombinedOutput()
		text := heard()
		if (err == nil) != (test.want == "") || !strings.Contains(string(out), test.want) || strings.Contains(string(out), "hush") {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
		if strings.Contains(text, "the board is gone") != (test.want == "") {
			t.Errorf("%s: the server heard\n%s", name, text)
		}
	}
}

// A server elsewhere that does not speak TLS gets neither password nor message.
func TestMailNeedsTLS(t *testing.T) {
	t.Parallel()
	const elsewhere = "0.0.0.0" // leads to this machine, and is not known as its loopback
	address, heard := postOffice(t, elsewhere, nil)
	p, _, _ := surroundings(t, map[string]string{"SMTP_USERNAME": "mailer", "SMTP_PASSWORD": "hush"})
	told, err := p.Send(t.Context(), Notify{Emergency: []string{"oncall@example.com"}, SMTP: address, From: "covedesk@example.com"}, "it broke", "gone")
	if text := heard(); told || err == nil || !strings.Contains(err.Error(), "STARTTLS") || strings.Contains(text, "AUTH") || strings.Contains(text, "MAIL") {
		t.Errorf("%t %v\n%s", told, err, text)
	}
}
