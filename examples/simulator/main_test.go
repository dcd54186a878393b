package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"os"
	"strings"
	"testing"
)

// start runs the simulator and returns the line it printed.
func start(t *testing.T, args ...string) ready {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	out, in := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		err := run(ctx, args, in)
		in.CloseWithError(err)
		ended <- err
	}()
	text, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("no line: %v", err)
	}
	var line ready
	if err := json.Unmarshal([]byte(text), &line); err != nil {
		t.Fatalf("%q is not the promised JSON: %v", text, err)
	}
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("the simulator ended with %v", err)
		}
		if line.CAFile != "" {
			if _, err := os.Stat(line.CAFile); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("%s was left behind", line.CAFile)
			}
		}
	})
	return line
}

// ask does what any client does first: it logs in at both services.
func ask(t *testing.T, client *http.Client, line ready) {
	t.Helper()
	body, _ := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": "1", "method": "Login", "params": map[string]string{
		"partner": line.Cove.Partner, "username": line.Cove.Username, "password": line.Cove.Password,
	}})
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, line.Cove.URL+"/jsonapi", strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if answer := send(t, client, req); !strings.Contains(answer, `"visa"`) {
		t.Errorf("login answered %s", answer)
	}

	req, err = http.NewRequestWithContext(t.Context(), http.MethodGet, line.ConnectWise.URL+"/v4_6_release/apis/3.0/service/boards", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth(line.ConnectWise.Company+"+"+line.ConnectWise.PublicKey, line.ConnectWise.PrivateKey)
	req.Header.Set("clientId", line.ConnectWise.ClientID)
	if answer := send(t, client, req); !strings.Contains(answer, "Service Desk") {
		t.Errorf("boards answered %s", answer)
	}
}

func send(t *testing.T, client *http.Client, req *http.Request) string {
	t.Helper()
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(resp.Body)
	if err := errors.Join(err, resp.Body.Close()); err != nil {
		t.Fatal(err)
	}
	return string(answer)
}

func TestServesAnyClient(t *testing.T) {
	t.Parallel()
	ask(t, http.DefaultClient, start(t))
}

func TestServesAnyClientOverTLS(t *testing.T) {
	t.Parallel()
	line := start(t, "-tls", "-seed", "5", "-customers", "3", "-devices", "9")
	pem, err := os.ReadFile(line.CAFile)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		t.Fatalf("%s holds no certificate", line.CAFile)
	}
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}}
	defer client.CloseIdleConnections()
	ask(t, client, line)
	line.Cove.URL = strings.Replace(line.Cove.URL, "127.0.0.1", "localhost", 1)
	line.ConnectWise.URL = strings.Replace(line.ConnectWise.URL, "127.0.0.1", "localhost", 1)
	ask(t, client, line)
}

func TestRefusesWhatCannotWork(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{"-customers", "5", "-devices", "2"}, {"extra"}, {"-cove-addr", "256.0.0.1:1"}, {"-customers", "0"},
		{"-speed", "-1"}, {"-speed", "NaN"}, {"-now", "yesterday"}, {"-control", "0.0.0.0:0"}, {"-control", "example.com:80"}, {"-control", "nonsense"},
	} {
		if err := run(t.Context(), args, io.Discard); err == nil {
			t.Errorf("%v was accepted", args)
		}
	}
}
