package program

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/mail"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Notify says who gets a message when a program breaks, and where it sends the
// heartbeat. It is the section "notify" of the settings file.
type Notify struct {
	// Emergency are e-mail addresses and webhooks (https). Each gets one
	// message when the program breaks and one when it works again. The single
	// word "none" means nobody.
	Emergency []string `json:"emergency"`
	// SMTP is the mail server, "smtp.example.com:587". It must support TLS,
	// unless it is on this machine. The login is SMTP_USERNAME and
	// SMTP_PASSWORD in the environment.
	SMTP string `json:"smtp"`
	// From is the sender's address.
	From string `json:"from"`
	// Heartbeat is an address (https) that is requested after every run that
	// did its work, so that a missing run is noticed, too.
	Heartbeat string `json:"heartbeat"`
}

// notifyTimeout bounds each message.
const notifyTimeout = 30 * time.Second

// Validate returns an error that lists everything that is wrong, by member.
func (n Notify) Validate() error {
	var errs []error
	fault := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	for i, to := range n.Emergency {
		where := fmt.Sprintf("emergency[%d]", i)
		switch {
		case to == "none" && len(n.Emergency) > 1:
			fault("%s: none stands alone", where)
		case to == "none":
		case strings.Contains(to, "://"):
			if err := checkURL(to); err != nil {
				fault("%s: %w", where, err)
			}
		default:
			if _, err := mail.ParseAddress(to); err != nil {
				fault("%s: %q is neither an e-mail address nor an https address nor the word none", where, to)
			}
			if n.SMTP == "" || n.From == "" {
				fault("smtp, from: needed to write to %s", to)
			}
		}
	}
	if n.SMTP != "" {
		if _, _, err := splitSMTP(n.SMTP); err != nil {
			fault("smtp: %w", err)
		}
	}
	if n.From != "" {
		if _, err := mail.ParseAddress(n.From); err != nil {
			fault("from: %q is not an e-mail address", n.From)
		}
	}
	if n.Heartbeat != "" {
		if err := checkURL(n.Heartbeat); err != nil {
			fault("heartbeat: %w", err)
		}
	}
	return errors.Join(errs...)
}

// checkURL refuses an address that would be requested without encryption. The
// error does not repeat the address, because it is often a secret.
func checkURL(text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())) {
		return errors.New("want an address that begins with https://")
	}
	return nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func splitSMTP(address string) (host string, port int, err error) {
	host, text, err := net.SplitHostPort(address)
	if err == nil {
		port, err = strconv.Atoi(text)
	}
	if err != nil || host == "" || port < 1 || port > 65535 {
		return "", 0, fmt.Errorf("%q: want host:port, such as smtp.example.com:587", address)
	}
	return host, port, nil
}

// Send sends a message to everybody. The result told says that at least one was
// reached.
func (p *Program) Send(ctx context.Context, n Notify, subject, text string) (told bool, err error) {
	var errs []error
	for _, to := range n.Emergency {
		var err error
		switch {
		case to == "none":
			continue
		case strings.Contains(to, "://"):
			err = post(ctx, to, subject, text)
		default:
			err = p.mail(ctx, n, to, subject, text)
		}
		told = told || err == nil
		errs = append(errs, err)
	}
	return told, errors.Join(errs...)
}

// post sends a message to a webhook, in the form that chat services accept.
func post(ctx context.Context, address, subject, text string) error {
	body, err := json.Marshal(map[string]string{"text": subject + "\n" + text})
	if err != nil {
		return err
	}
	return request(ctx, http.MethodPost, address, body)
}

// request sends a request and expects a success. Errors name only the host,
// because the rest of such an address is often a secret.
func request(ctx context.Context, method, address string, body []byte) error {
	ctx, cancel := context.WithTimeout(ctx, notifyTimeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return errors.New("an address of notify is unusable")
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(r)
	if err != nil {
		var failed *url.Error
		if errors.As(err, &failed) {
			err = failed.Err
		}
		return fmt.Errorf("%s: %w", r.URL.Host, err)
	}
	_ = answer.Body.Close()
	if answer.StatusCode/100 != 2 {
		return fmt.Errorf("%s answered %s", r.URL.Host, answer.Status)
	}
	return nil
}
