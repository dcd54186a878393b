package program

import (
	"context"
	"fmt"

	"github.com/wneessen/go-mail"
)

// mail sends one e-mail. TLS is required unless the server is on this machine.
func (p *Program) mail(ctx context.Context, n Notify, to, subject, text string) error {
	m := mail.NewMsg()
	if err := m.From(n.From); err != nil {
		return fmt.Errorf("from: %w", err)
	}
	if err := m.To(to); err != nil {
		return fmt.Errorf("to: %w", err)
	}
	m.Subject(subject)
	m.SetBodyString(mail.TypeTextPlain, text)
	m.SetDate()
	m.SetMessageID()

	host, port, err := splitSMTP(n.SMTP)
	if err != nil {
		return err
	}
	options := []mail.Option{mail.WithPort(port), mail.WithTimeout(notifyTimeout)}
	switch {
	case loopback(host):
		options = append(options, mail.WithTLSPolicy(mail.TLSOpportunistic))
	case port == mail.DefaultPortSSL:
		options = append(options, mail.WithSSL())
	default:
		options = append(options, mail.WithTLSPolicy(mail.TLSMandatory))
	}
	if user := p.env("SMTP_USERNAME"); user != "" {
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(user), mail.WithPassword(p.env("SMTP_PASSWORD")))
	}
	client, err := mail.NewClient(host, options...)
	if err == nil {
		err = client.DialAndSendWithContext(ctx, m)
	}
	if err != nil {
		return fmt.Errorf("mail to %s through %s: %w", to, n.SMTP, err)
	}
	return nil
}
