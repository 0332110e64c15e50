package sink

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	netmail "net/mail"
	"net/textproto"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail"
)

// mailBy bounds one letter: connection, greeting, TLS, sign-in, all of it.
const mailBy = 30 * time.Second

// Mail sends by one SMTP server.
type Mail struct {
	name    string // the server's, without the port
	address string // with it
	tls     *tls.Config
	fromTLS bool // TLS from the start
	options []mail.Option
	from    string
	host    string // right of the @ in Message-IDs
}

// Letter is one mail.
type Letter struct {
	ID            string // the same in every try: it becomes the Message-ID
	To            string
	Subject, Text string
	HTML          string
	At            time.Time
}

// NewMail checks the server's URL and the sender; it calls nothing. The URL is one of
//
//	smtps://user:password@host:465  TLS from the start
//	smtp://user:password@host:587   STARTTLS, which the server must offer
//	smtp://127.0.0.1:25             and on this machine also in the clear
func NewMail(server, from string) (*Mail, error) {
	u, err := url.Parse(server)
	if err != nil || u.Hostname() == "" || u.Scheme != "smtp" && u.Scheme != "smtps" {
		return nil, errors.New("write it like smtps://user:password@host:465 or smtp://user:password@host:587, special characters percent-encoded")
	}
	sender, err := netmail.ParseAddress(from)
	if err != nil {
		return nil, errors.New("the sender isn't a mail address: check HANDOFF_MAIL_FROM")
	}
	m := &Mail{name: u.Hostname(), fromTLS: u.Scheme == "smtps", from: sender.Address,
		tls: &tls.Config{ServerName: u.Hostname(), MinVersion: tls.VersionTLS12}}
	// Without RSET: once the letter is taken, its answer could only make that a failure.
	m.options = []mail.Option{mail.WithTimeout(mailBy), mail.WithoutNoop(), mail.WithoutRset(), mail.WithTLSConfig(m.tls)}
	port, policy := "587", mail.TLSMandatory
	switch {
	case m.fromTLS:
		// Send's dial makes the TLS, and this has the library look for it.
		port, policy = "465", mail.TLSOpportunistic
	case loopback(m.name):
		port, policy = "25", mail.TLSOpportunistic
	}
	m.options = append(m.options, mail.WithTLSPolicy(policy))
	if u.Port() != "" {
		port = u.Port()
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return nil, errors.New("the server's port can't be used")
	}
	m.address = net.JoinHostPort(m.name, port)
	if u.User != nil {
		password, _ := u.User.Password()
		m.options = append(m.options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(u.User.Username()), mail.WithPassword(password))
	}
	_, m.host, _ = cutLast(sender.Address)
	return m, nil
}

func cutLast(address string) (before, after string, ok bool) {
	for i := len(address) - 1; i >= 0; i-- {
		if address[i] == '@' {
			return address[:i], address[i+1:], true
		}
	}
	return address, "", false
}

// Send makes one try. The error is a *Failure.
func (m *Mail) Send(ctx context.Context, l Letter) error {
	msg := mail.NewMsg(mail.WithNoDefaultUserAgent())
	// A comment in an address may hold line ends.
	if err := errors.Join(msg.From(m.from), msg.To(l.To)); err != nil || strings.ContainsAny(l.To, "\r\n") {
		return permanent("write mail: the receiver isn't a mail address")
	}
	// The library encodes what isn't plain ASCII, line ends among it.
	msg.Subject(l.Subject)
	msg.SetMessageIDWithValue(l.ID + "@" + m.host)
	msg.SetDateWithValue(l.At)
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // no holiday notices, RFC 3834
	msg.SetBodyString(mail.TypeTextPlain, l.Text)
	if l.HTML != "" {
		msg.AddAlternativeString(mail.TypeTextHTML, l.HTML)
	}
	ctx, cancel := context.WithTimeout(ctx, mailBy)
	defer cancel()
	// A connection of its own: several may be sending, and a server closes an idle one. The
	// library heeds the context no longer than it dials, and may leave the connection open.
	dial := func(_ context.Context, network, _ string) (net.Conn, error) {
		conn, err := (&net.Dialer{}).DialContext(ctx, network, m.address)
		if err != nil {
			return nil, err
		}
		context.AfterFunc(ctx, func() { conn.Close() })
		if !m.fromTLS {
			return conn, nil
		}
		secure := tls.Client(conn, m.tls)
		return secure, secure.HandshakeContext(ctx)
	}
	client, err := mail.NewClient(m.name, append(slices.Clip(m.options), mail.WithDialContextFunc(dial))...)
	if err != nil {
		return passing("prepare mail: this machine's name can't be read")
	}
	server, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return mailFailure(ctx, "connect to mail server", err)
	}
	if err := client.SendWithSMTPClient(server, msg); err != nil {
		return mailFailure(ctx, "send mail", err)
	}
	client.CloseWithSMTPClient(server) // it has been taken, however the goodbye goes
	return nil
}

// mailFailure tells a refusal (5xx) of this letter from everything else. The server's words
// are left out: they can quote the letter.
func mailFailure(ctx context.Context, doing string, err error) error {
	var refused *mail.SendError
	if errors.As(err, &refused) && !refused.IsTemp() && refused.ErrorCode() >= 500 {
		return permanent(doing + ": the server refused it with " + strconv.Itoa(refused.ErrorCode()))
	}
	reason := "no answer, or not as expected"
	var (
		dns  *net.DNSError
		op   *net.OpError
		cert *tls.CertificateVerificationError
		said *textproto.Error // before the letter: the greeting, the sign-in
	)
	switch {
	case ctx.Err() != nil:
		reason = "no answer in time"
	case errors.As(err, &cert):
		reason = cert.Error()
	case errors.As(err, &dns):
		reason = dns.Error()
	case errors.As(err, &op):
		reason = op.Error()
	case refused != nil && refused.ErrorCode() > 0:
		reason = "the server answered " + strconv.Itoa(refused.ErrorCode())
	case errors.As(err, &said):
		reason = "the server answered " + strconv.Itoa(said.Code)
	}
	return passing(doing + ": " + reason)
}
