package sink_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io"
	"log"
	"math/big"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"net/textproto"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"hogushi/bot/sink"
)

const (
	user   = "bot"
	sender = "bot@clinic.example"
	staff  = "staff@clinic.example"
)

var letter = sink.Letter{ID: "lead-1", To: staff, At: at,
	Subject: "【要連絡】" + patient + "様から、腰の痛みについて折り返しの電話のご希望がありました",
	Text:    "お名前: " + patient + "\n電話: 03-1234-5678\n",
	HTML:    "<p>お名前: <b>" + patient + "</b></p>\n"}

// office is a mail server and how it behaves.
type office struct {
	tls        string // "", "STARTTLS", or "TLS" from the start
	auth       bool   // demanded by AUTH PLAIN, offered in the clear as well
	name       string // on the certificate, if not this machine's
	rcpt, data error
	held       bool // RCPT isn't answered before the test ends

	address string
	reached chan struct{} // RCPT has come
	release chan struct{}
	mu      sync.Mutex
	signIns int
	letters []arrived
}

type arrived struct {
	from string
	to   []string
	data []byte
	tls  bool
	user string
}

// open starts the server. At the end of the test every connection must have been closed.
func (o *office) open(t testing.TB) *office {
	t.Helper()
	o.reached, o.release = make(chan struct{}, 100), make(chan struct{})
	server := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		_, secure := c.TLSConnectionState()
		return &session{office: o, now: arrived{tls: secure}}, nil
	}))
	server.Domain = "mail.clinic.example"
	server.AllowInsecureAuth = true
	server.ErrorLog = log.New(io.Discard, "", 0)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	o.address = listener.Addr().String()
	config := &tls.Config{Certificates: []tls.Certificate{certificate(t, o.name)}}
	switch o.tls {
	case "STARTTLS":
		server.TLSConfig = config
	case "TLS":
		listener = tls.NewListener(listener, config)
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	t.Cleanup(func() {
		close(o.release)
		listener.Close()
		<-served
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := server.Shutdown(ctx); errors.Is(err, context.DeadlineExceeded) {
			t.Error("a connection was left open")
		}
	})
	return o
}

// inbox returns what arrived so far.
func (o *office) inbox() []arrived {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.letters)
}

// tried returns how often somebody began to sign in.
func (o *office) tried() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.signIns
}

// only returns the one letter that arrived.
func (o *office) only(t testing.TB) arrived {
	t.Helper()
	all := o.inbox()
	if len(all) != 1 {
		t.Fatalf("got %d letters, want 1", len(all))
	}
	return all[0]
}

// mail returns a client that trusts the server, with its address written as scheme://at:port.
func (o *office) mail(t testing.TB, scheme, at string) *sink.Mail {
	t.Helper()
	_, port, _ := net.SplitHostPort(o.address)
	m, err := sink.NewMail(scheme+"://"+at+":"+port, sender)
	if err != nil {
		t.Fatal(err)
	}
	m.Trust(authority(t).pool)
	return m
}

type session struct {
	*office
	now arrived
}

func (s *session) AuthMechanisms() []string {
	if !s.auth {
		return nil
	}
	return []string{sasl.Plain}
}

func (s *session) Auth(string) (sasl.Server, error) {
	s.mu.Lock()
	s.signIns++
	s.mu.Unlock()
	return sasl.NewPlainServer(func(_, name, pass string) error {
		if name != user || pass != password {
			return &smtp.SMTPError{Code: 535, EnhancedCode: smtp.EnhancedCode{5, 7, 8}, Message: answered + " " + pass}
		}
		s.now.user = name
		return nil
	}), nil
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if s.auth && s.now.user == "" {
		return smtp.ErrAuthRequired
	}
	s.now.from = from
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.reached <- struct{}{}
	if s.held {
		<-s.release
	}
	s.now.to = append(s.now.to, to)
	return s.rcpt
}

func (s *session) Data(r io.Reader) error {
	data, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if s.data != nil {
		return s.data
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	got := s.now
	got.to, got.data = slices.Clone(got.to), data
	s.letters = append(s.letters, got)
	return nil
}

func (s *session) Reset()        { s.now.from, s.now.to = "", nil }
func (s *session) Logout() error { return nil }

// root is the test's own certificate authority.
type root struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
	pool        *x509.CertPool
}

var makeRoot = sync.OnceValues(func() (root, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return root{}, err
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test root"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return root{}, err
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		return root{}, err
	}
	pool := x509.NewCertPool()
	pool.AddCert(certificate)
	return root{certificate, key, pool}, nil
})

func authority(t testing.TB) root {
	t.Helper()
	r, err := makeRoot()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// certificate is one for name, or else for this machine under every name that tests use.
func certificate(t testing.TB, name string) tls.Certificate {
	t.Helper()
	r := authority(t)
	template := &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "test"},
		NotBefore: r.certificate.NotBefore, NotAfter: r.certificate.NotAfter,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	if name != "" {
		template.DNSNames = []string{name}
	} else {
		template.DNSNames = []string{"localhost"}
		template.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1), net.IPv4zero}
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.CreateCertificate(rand.Reader, template, r.certificate, key.Public(), r.key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// read is a letter as a mail program shows it.
type read struct {
	header  netmail.Header
	subject string
	parts   map[string]string // by media type, decoded, line ends as "\n"
}

func open(t testing.TB, a arrived) read {
	t.Helper()
	msg, err := netmail.ReadMessage(bytes.NewReader(a.data))
	if err != nil {
		t.Fatalf("%v in\n%s", err, a.data)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(msg.Header.Get("Subject"))
	if err != nil {
		t.Fatal(err)
	}
	r := read{msg.Header, subject, map[string]string{}}
	r.part(t, textproto.MIMEHeader(msg.Header), msg.Body)
	return r
}

func (r read) part(t testing.TB, header textproto.MIMEHeader, body io.Reader) {
	t.Helper()
	media, params, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	if strings.HasPrefix(media, "multipart/") {
		if media != "multipart/alternative" {
			t.Errorf("got %s, want multipart/alternative", media)
		}
		parts := multipart.NewReader(body, params["boundary"])
		for {
			part, err := parts.NextRawPart()
			if err == io.EOF {
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			r.part(t, part.Header, part)
		}
	}
	if charset := params["charset"]; !strings.EqualFold(charset, "UTF-8") {
		t.Errorf("%s: got charset %q, want UTF-8", media, charset)
	}
	if encoding := header.Get("Content-Transfer-Encoding"); encoding != "quoted-printable" {
		t.Fatalf("%s: got encoding %q, want quoted-printable", media, encoding)
	}
	text, err := io.ReadAll(quotedprintable.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.parts[media] = strings.ReplaceAll(string(text), "\r\n", "\n")
}

func TestNewMail(t *testing.T) {
	t.Parallel()
	secret := url.QueryEscape(password)
	for name, test := range map[string]struct {
		server, from string
		address      string // empty: refused
	}{
		"smtps":                   {"smtps://bot:" + secret + "@mail.example.jp", sender, "mail.example.jp:465"},
		"smtps with port":         {"smtps://bot:" + secret + "@mail.example.jp:10465", sender, "mail.example.jp:10465"},
		"smtp":                    {"smtp://bot:" + secret + "@mail.example.jp", sender, "mail.example.jp:587"},
		"smtp to this machine":    {"smtp://localhost", sender, "localhost:25"},
		"smtp to ::1":             {"smtp://[::1]", sender, "[::1]:25"},
		"sender with a name":      {"smtp://localhost", "ほぐし整体院 <" + sender + ">", "localhost:25"},
		"empty":                   {"", sender, ""},
		"no scheme":               {"mail.example.jp:587", sender, ""},
		"https":                   {"https://bot:" + secret + "@mail.example.jp", sender, ""},
		"no host":                 {"smtps://bot:" + secret + "@", sender, ""},
		"no host but a port":      {"smtps://bot:" + secret + "@:465", sender, ""},
		"host with a space":       {"smtps://bot:" + secret + "@mail example.jp", sender, ""},
		"port 0":                  {"smtps://bot:" + secret + "@mail.example.jp:0", sender, ""},
		"port too high":           {"smtps://bot:" + secret + "@mail.example.jp:65536", sender, ""},
		"port a word":             {"smtps://bot:" + secret + "@mail.example.jp:smtp", sender, ""},
		"password not encoded":    {"smtps://bot:" + password + "@mail.example.jp", sender, ""},
		"no sender":               {"smtps://bot:" + secret + "@mail.example.jp", "", ""},
		"sender not an address":   {"smtps://bot:" + secret + "@mail.example.jp", "bot", ""},
		"two senders":             {"smtps://bot:" + secret + "@mail.example.jp", sender + ", " + staff, ""},
		"sender with a line end":  {"smtps://bot:" + secret + "@mail.example.jp", sender + "\r\nBcc: evil@example.com", ""},
		"sender's name with such": {"smtps://bot:" + secret + "@mail.example.jp", "\"a\r\nBcc: evil@example.com\" <" + sender + ">", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, err := sink.NewMail(test.server, test.from)
			if test.address != "" {
				if err != nil {
					t.Fatal(err)
				}
				if got := m.Address(); got != test.address {
					t.Errorf("got address %q, want %q", got, test.address)
				}
				return
			}
			if err == nil || m != nil {
				t.Fatalf("got %v and error %v, want an error", m, err)
			}
			secrets(t, err)
			if strings.Contains(err.Error(), secret) {
				t.Errorf("error %q repeats the password", err)
			}
		})
	}
}

func TestSend(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ html string }{"with HTML": {letter.HTML}, "without": {""}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := (&office{}).open(t)
			l := letter
			l.HTML = test.html
			if err := o.mail(t, "smtp", "127.0.0.1").Send(t.Context(), l); err != nil {
				t.Fatal(err)
			}
			a := o.only(t)
			if a.from != sender || !slices.Equal(a.to, []string{staff}) {
				t.Errorf("got envelope from %q to %q, want from %s to %s", a.from, a.to, sender, staff)
			}
			got := open(t, a)
			for header, want := range map[string]string{
				"From":           "<" + sender + ">",
				"To":             "<" + staff + ">",
				"Message-Id":     "<lead-1@clinic.example>",
				"Auto-Submitted": "auto-generated",
				"Mime-Version":   "1.0",
				"User-Agent":     "",
				"X-Mailer":       "",
			} {
				if got := strings.Join(got.header[header], ", "); got != want {
					t.Errorf("got %s %q, want %q", header, got, want)
				}
			}
			if date, err := got.header.Date(); err != nil || !date.Equal(at.Truncate(time.Second)) {
				t.Errorf("got date %v (%v), want %v", date, err, at)
			}
			if got.subject != l.Subject {
				t.Errorf("got subject %q, want %q", got.subject, l.Subject)
			}
			want := map[string]string{"text/plain": l.Text}
			if l.HTML != "" {
				want["text/html"] = l.HTML
			}
			if fmt.Sprint(got.parts) != fmt.Sprint(want) {
				t.Errorf("got parts %q, want %q", got.parts, want)
			}
			// Older servers take no more: 7 bits, 998 in a line.
			for line := range strings.SplitSeq(string(a.data), "\r\n") {
				if len(line) > 998 || strings.ContainsFunc(line, func(r rune) bool { return r > '~' || r < ' ' && r != '\t' }) {
					t.Errorf("got line %q", line)
				}
			}
		})
	}
}

// TestSend_again: every try of a letter bears the same ID, and another letter another.
func TestSend_again(t *testing.T) {
	t.Parallel()
	o := (&office{}).open(t)
	m := o.mail(t, "smtp", "127.0.0.1")
	other := letter
	other.ID = "lead-2"
	for _, l := range []sink.Letter{letter, letter, other} {
		if err := m.Send(t.Context(), l); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for _, a := range o.inbox() {
		got = append(got, open(t, a).header.Get("Message-Id"))
	}
	if want := []string{"<lead-1@clinic.example>", "<lead-1@clinic.example>", "<lead-2@clinic.example>"}; !slices.Equal(got, want) {
		t.Errorf("got IDs %q, want %q", got, want)
	}
}

func TestSend_injection(t *testing.T) {
	t.Parallel()
	for what, put := range map[string]func(l *sink.Letter, s string){
		"subject": func(l *sink.Letter, s string) { l.Subject += s },
		"ASCII":   func(l *sink.Letter, s string) { l.Subject = "a" + s },
		"ID":      func(l *sink.Letter, s string) { l.ID += s },
		"text":    func(l *sink.Letter, s string) { l.Text = s + l.Text + s },
		"HTML":    func(l *sink.Letter, s string) { l.HTML = s + l.HTML + s },
	} {
		for _, lineEnd := range []string{"\r\n", "\n", "\r"} {
			t.Run(fmt.Sprintf("%s %q", what, lineEnd), func(t *testing.T) {
				t.Parallel()
				o := (&office{}).open(t)
				l := letter
				// The second half would be commands, were the dot to end the letter.
				put(&l, strings.ReplaceAll("\nBcc: evil@example.com\n\n.\nMAIL FROM:<a@example.com>\nRCPT TO:<evil@example.com>\nDATA\nx", "\n", lineEnd))
				if err := o.mail(t, "smtp", "127.0.0.1").Send(t.Context(), l); err != nil {
					t.Fatal(err)
				}
				a := o.only(t)
				if !slices.Equal(a.to, []string{staff}) {
					t.Errorf("got receivers %q, want %s", a.to, staff)
				}
				got := open(t, a)
				if bcc, ok := got.header["Bcc"]; ok {
					t.Errorf("got Bcc %q, want none", bcc)
				}
				known := []string{"Auto-Submitted", "Content-Type", "Date", "From", "Message-Id", "Mime-Version", "Subject", "To"}
				for header := range got.header {
					if !slices.Contains(known, header) {
						t.Errorf("got header %s, want only %v", header, known)
					}
				}
				if len(got.parts) != 2 {
					t.Errorf("got parts %q, want 2", got.parts)
				}
				head, _, _ := strings.Cut(string(a.data), "\r\n\r\n")
				for line := range strings.FieldsFuncSeq(head, func(r rune) bool { return r == '\r' || r == '\n' }) {
					if strings.HasPrefix(strings.ToLower(line), "bcc") {
						t.Errorf("got line %q in the header", line)
					}
				}
			})
		}
	}
}

// TestSend_dots: a dot alone ends a letter, so SMTP doubles it on its way.
func TestSend_dots(t *testing.T) {
	t.Parallel()
	o := (&office{}).open(t)
	l := letter
	l.Text = ".\n..\n.a\n" + patient + "\n.\n"
	l.HTML = "<pre>\n.\n</pre>\n.\n"
	if err := o.mail(t, "smtp", "127.0.0.1").Send(t.Context(), l); err != nil {
		t.Fatal(err)
	}
	got := open(t, o.only(t)).parts
	if got["text/plain"] != l.Text || got["text/html"] != l.HTML {
		t.Errorf("got %q, want %q and %q", got, l.Text, l.HTML)
	}
}

// TestSend_receiver: what isn't one address is refused before anybody is called: here it
// would be a passing failure.
func TestSend_receiver(t *testing.T) {
	t.Parallel()
	m, err := sink.NewMail("smtp://"+refuses, sender)
	if err != nil {
		t.Fatal(err)
	}
	for name, to := range map[string]string{
		"empty":                 "",
		"no address":            patient,
		"no host":               "staff@",
		"two":                   staff + ", evil@example.com",
		"a group":               "a: " + staff + ", evil@example.com;",
		"a header":              staff + "\r\nBcc: evil@example.com",
		"a header after LF":     staff + "\nBcc: evil@example.com",
		"a line end":            staff + "\r\n",
		"a line end before":     "\r\n" + staff,
		"a command":             "<" + staff + ">\r\nRCPT TO:<evil@example.com>",
		"a line end in name":    "\"a\r\nBcc: evil@example.com\" <" + staff + ">",
		"a line end in box":     "\"a\r\nb\"@clinic.example",
		"a line end in host":    "staff@clinic\r\n.example",
		"a line end in comment": staff + " (\r\nBcc: evil@example.com)",
		"encoded address":       "=?utf-8?q?evil=40example.com?=",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := letter
			l.To = to
			err := m.Send(t.Context(), l)
			if got := kind(t, err); got != "permanent" {
				t.Errorf("got %s (%v), want permanent", got, err)
			}
			if err != nil && to != "" && strings.Contains(err.Error(), to) {
				t.Errorf("error %q repeats the receiver", err)
			}
		})
	}
}

func TestSend_TLS(t *testing.T) {
	t.Parallel()
	signIn := url.UserPassword(user, password).String() + "@"
	for name, test := range map[string]struct {
		office      *office
		scheme, at  string
		distrusting bool
		want        arrived // its from empty: a passing failure, and nothing arrives
		word        string  // in the failure
	}{
		"smtps":                       {office: &office{tls: "TLS"}, scheme: "smtps", at: "127.0.0.1", want: arrived{from: sender, tls: true}},
		"smtps by name":               {office: &office{tls: "TLS"}, scheme: "smtps", at: "localhost", want: arrived{from: sender, tls: true}},
		"smtps, signed in":            {office: &office{tls: "TLS", auth: true}, scheme: "smtps", at: signIn + "127.0.0.1", want: arrived{from: sender, tls: true, user: user}},
		"smtps, unknown root":         {office: &office{tls: "TLS", auth: true}, scheme: "smtps", at: signIn + "127.0.0.1", distrusting: true, word: "certificate"},
		"smtps, another's name":       {office: &office{tls: "TLS", auth: true, name: "mail.example.jp"}, scheme: "smtps", at: signIn + "127.0.0.1", word: "certificate"},
		"smtps, server in the clear":  {office: &office{auth: true}, scheme: "smtps", at: signIn + "127.0.0.1"},
		"smtps, server with STARTTLS": {office: &office{tls: "STARTTLS", auth: true}, scheme: "smtps", at: signIn + "127.0.0.1"},

		// 0.0.0.0 leads to this machine, too, but is no loopback address.
		"smtp":                  {office: &office{tls: "STARTTLS", auth: true}, scheme: "smtp", at: signIn + "0.0.0.0", want: arrived{from: sender, tls: true, user: user}},
		"smtp, no STARTTLS":     {office: &office{auth: true}, scheme: "smtp", at: signIn + "0.0.0.0"},
		"smtp, neither sign-in": {office: &office{}, scheme: "smtp", at: "0.0.0.0"},
		"smtp, unknown root":    {office: &office{tls: "STARTTLS", auth: true}, scheme: "smtp", at: signIn + "0.0.0.0", distrusting: true, word: "certificate"},
		"smtp, another's name":  {office: &office{tls: "STARTTLS", auth: true, name: "mail.example.jp"}, scheme: "smtp", at: signIn + "0.0.0.0", word: "certificate"},

		"loopback in the clear":        {office: &office{}, scheme: "smtp", at: "127.0.0.1", want: arrived{from: sender}},
		"loopback with STARTTLS":       {office: &office{tls: "STARTTLS"}, scheme: "smtp", at: "127.0.0.1", want: arrived{from: sender, tls: true}},
		"loopback, signed in":          {office: &office{tls: "STARTTLS", auth: true}, scheme: "smtp", at: signIn + "127.0.0.1", want: arrived{from: sender, tls: true, user: user}},
		"loopback, unknown root":       {office: &office{tls: "STARTTLS"}, scheme: "smtp", at: "127.0.0.1", distrusting: true, word: "certificate"},
		"loopback, password in clear":  {office: &office{auth: true}, scheme: "smtp", at: signIn + "127.0.0.1"},
		"loopback, nothing to sign in": {office: &office{}, scheme: "smtp", at: signIn + "127.0.0.1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := test.office.open(t)
			m := o.mail(t, test.scheme, test.at)
			if test.distrusting {
				m.Trust(x509.NewCertPool())
			}
			err := soon(t, func() error { return m.Send(t.Context(), letter) })
			if test.want.from == "" {
				if got := kind(t, err); got != "passing" {
					t.Errorf("got %s (%v), want passing", got, err)
				} else if !strings.Contains(err.Error(), test.word) {
					t.Errorf("got error %q, want one that says %q", err, test.word)
				}
				if n, m := len(o.inbox()), o.tried(); n != 0 || m != 0 {
					t.Errorf("got %d letters and %d sign-ins, want none", n, m)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			got := o.only(t)
			if got.tls != test.want.tls || got.user != test.want.user {
				t.Errorf("got TLS %v as %q, want %v as %q", got.tls, got.user, test.want.tls, test.want.user)
			}
		})
	}
}

func TestSend_signIn(t *testing.T) {
	t.Parallel()
	for name, who := range map[string]*url.Userinfo{
		"wrong password": url.UserPassword(user, password+"x"),
		"no password":    url.User(user),
		"wrong user":     url.UserPassword("x", password),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := (&office{tls: "TLS", auth: true}).open(t)
			err := o.mail(t, "smtps", who.String()+"@127.0.0.1").Send(t.Context(), letter)
			// Not this letter's fault: once it is put right, the letter goes.
			if got := kind(t, err); got != "passing" {
				t.Fatalf("got %s (%v), want passing", got, err)
			}
			if !strings.Contains(err.Error(), "535") {
				t.Errorf("got error %q, want one that names 535", err)
			}
			if n := len(o.inbox()); n != 0 {
				t.Errorf("got %d letters, want none", n)
			}
		})
	}
}

func TestSend_refused(t *testing.T) {
	t.Parallel()
	for code, want := range map[int]string{550: "permanent", 552: "permanent", 554: "permanent", 421: "passing", 450: "passing", 451: "passing", 452: "passing"} {
		refusal := &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 1, 1}, Message: answered + " " + staff}
		for at, o := range map[string]*office{"RCPT": {rcpt: refusal}, "DATA": {data: refusal}} {
			t.Run(fmt.Sprint(code, " to ", at), func(t *testing.T) {
				t.Parallel()
				o.open(t)
				err := o.mail(t, "smtp", "127.0.0.1").Send(t.Context(), letter)
				if got := kind(t, err); got != want {
					t.Fatalf("got %s (%v), want %s", got, err, want)
				}
				if !strings.Contains(err.Error(), fmt.Sprint(code)) || strings.Contains(err.Error(), staff) {
					t.Errorf("got error %q, want one that names %d and not the receiver", err, code)
				}
				if n := len(o.inbox()); n != 0 {
					t.Errorf("got %d letters, want none", n)
				}
			})
		}
	}
}

// TestSend_rude: servers that break off, hang, or say what isn't asked.
func TestSend_rude(t *testing.T) {
	t.Parallel()
	const hangs, closes = "hangs", "closes"
	for _, test := range []struct{ at, answer, want string }{
		{"greeting", hangs, "passing"},
		{"greeting", closes, "passing"},
		{"greeting", "554 " + answered, "passing"}, // to anybody, not to this letter
		{"greeting", answered, "passing"},
		{"greeting", "5", "passing"},
		{"EHLO", hangs, "passing"},
		{"EHLO", closes, "passing"},
		{"EHLO", "502 " + answered, "taken"}, // an old server: HELO will do
		{"MAIL", hangs, "passing"},
		{"MAIL", closes, "passing"},
		{"MAIL", answered, "passing"},
		{"MAIL", "451 " + answered, "passing"},
		{"MAIL", "550 " + answered, "permanent"},
		{"RCPT", hangs, "passing"},
		{"RCPT", closes, "passing"},
		{"RCPT", answered, "passing"},
		{"RCPT", "5", "passing"},
		{"RCPT", "550-" + answered + "\r\n550 " + answered, "permanent"},
		{"DATA", hangs, "passing"},
		{"DATA", closes, "passing"},
		{"DATA", "250 " + answered, "passing"},
		{"DATA", "554 " + answered, "permanent"},
		{"end", hangs, "passing"},
		{"end", closes, "passing"},
		{"end", answered, "passing"},
		{"end", "451 " + answered, "passing"},
		{"end", "554 " + answered, "permanent"},
		// The letter has been taken: another try would be a second letter.
		{"RSET", "502 " + answered, "taken"},
		{"RSET", closes, "taken"},
		{"QUIT", hangs, "taken"},
		{"QUIT", closes, "taken"},
		{"QUIT", "500 " + answered, "taken"},
		{"QUIT", answered, "taken"},
	} {
		t.Run(test.at+" "+test.answer, func(t *testing.T) {
			t.Parallel()
			address := listen(t, func(conn net.Conn) {
				text := textproto.NewConn(conn)
				// respond says whether to go on.
				respond := func(at, usual string) bool {
					switch {
					case at != test.at:
						text.PrintfLine("%s", usual)
					case test.answer == hangs:
						hang(conn)
						return false
					case test.answer == closes:
						return false
					default:
						text.PrintfLine("%s", test.answer)
					}
					return true
				}
				for on := respond("greeting", "220 here"); on; {
					line, err := text.ReadLine()
					if err != nil {
						return
					}
					verb, _, _ := strings.Cut(line, " ")
					switch verb {
					case "DATA":
						if on = respond(verb, "354 go on"); !on || test.at == verb {
							break
						}
						if _, err := text.ReadDotBytes(); err != nil {
							return
						}
						on = respond("end", "250 taken")
					case "QUIT":
						respond(verb, "221 bye")
						return
					default:
						on = respond(verb, "250 ok")
					}
				}
			})
			m, err := sink.NewMail("smtp://"+address, sender)
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := t.Context(), context.CancelFunc(func() {})
			if test.answer == hangs {
				ctx, cancel = context.WithTimeout(ctx, patience)
			}
			defer cancel()
			err = soon(t, func() error { return m.Send(ctx, letter) })
			if got := kind(t, err); got != test.want {
				t.Errorf("got %s (%v), want %s", got, err, test.want)
			}
		})
	}
}

func TestSend_unreachable(t *testing.T) {
	t.Parallel()
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	silent := listen(t, hang)
	for name, test := range map[string]struct {
		ctx    context.Context
		server string
		word   string
	}{
		"refused":              {t.Context(), "smtp://" + refuses, "refused"},
		"refused, in TLS":      {t.Context(), "smtps://" + refuses, "refused"},
		"silent in TLS":        {nil, "smtps://" + silent, "in time"},
		"silent, in the clear": {nil, "smtp://" + silent, "in time"},
		"canceled":             {canceled, "smtp://" + silent, ""},
		"canceled, in TLS":     {canceled, "smtps://" + silent, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, err := sink.NewMail(test.server, sender)
			if err != nil {
				t.Fatal(err)
			}
			ctx := test.ctx
			if ctx == nil {
				var cancel context.CancelFunc
				ctx, cancel = context.WithTimeout(t.Context(), patience)
				defer cancel()
			}
			err = soon(t, func() error { return m.Send(ctx, letter) })
			if got := kind(t, err); got != "passing" {
				t.Fatalf("got %s (%v), want passing", got, err)
			}
			if !strings.Contains(err.Error(), test.word) {
				t.Errorf("got error %q, want one that says %q", err, test.word)
			}
		})
	}
}

// TestSend_canceled: a stop of the bot doesn't wait for a server that does.
func TestSend_canceled(t *testing.T) {
	t.Parallel()
	for _, tls := range []string{"", "STARTTLS", "TLS"} {
		t.Run(tls, func(t *testing.T) {
			t.Parallel()
			o := (&office{tls: tls, held: true}).open(t)
			scheme := "smtp"
			if tls == "TLS" {
				scheme = "smtps"
			}
			m := o.mail(t, scheme, "127.0.0.1")
			ctx, cancel := context.WithCancel(t.Context())
			go func() {
				<-o.reached
				cancel()
			}()
			err := soon(t, func() error { return m.Send(ctx, letter) })
			if got := kind(t, err); got != "passing" {
				t.Errorf("got %s (%v), want passing", got, err)
			}
			if n := len(o.inbox()); n != 0 {
				t.Errorf("got %d letters, want none", n)
			}
		})
	}
}

func TestSend_IPv6(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "[::1]:0")
	if err != nil {
		t.Skip("this machine has no IPv6")
	}
	defer listener.Close()
	greeted := make(chan struct{})
	go func() {
		defer close(greeted)
		if conn, err := listener.Accept(); err == nil {
			conn.Close()
		}
	}()
	m, err := sink.NewMail("smtp://"+listener.Addr().String(), sender)
	if err != nil {
		t.Fatal(err)
	}
	if got := kind(t, soon(t, func() error { return m.Send(t.Context(), letter) })); got != "passing" {
		t.Errorf("got %s, want passing", got)
	}
	select {
	case <-greeted:
	case <-time.After(5 * time.Second):
		t.Error("nobody called")
	}
}

func TestSend_concurrent(t *testing.T) {
	t.Parallel()
	const n = 20
	o := (&office{tls: "STARTTLS", auth: true}).open(t)
	m := o.mail(t, "smtp", url.UserPassword(user, password).String()+"@127.0.0.1")
	var sending sync.WaitGroup
	want := map[string]int{}
	for i := range n {
		l := letter
		l.ID, l.To = fmt.Sprint("lead-", i), fmt.Sprintf("staff%d@clinic.example", i)
		want[fmt.Sprintf("<%s@clinic.example> to [%s]", l.ID, l.To)]++
		sending.Go(func() {
			if err := m.Send(t.Context(), l); err != nil {
				t.Error(err)
			}
		})
	}
	sending.Wait()
	got := map[string]int{}
	for _, a := range o.inbox() {
		got[fmt.Sprintf("%s to %v", open(t, a).header.Get("Message-Id"), a.to)]++
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
