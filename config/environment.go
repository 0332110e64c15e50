package config

import (
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Environment is what the operator gives.
type Environment struct {
	Secrets     []string // LINE_CHANNEL_SECRET, two while rotating
	Token       string
	APIBase     string
	RedisURL    string
	DataDir     string
	DataKey     string // the key itself, see Key
	DataKeyFile string // the file that holds it
	Listen      string
	AdminListen string
	Flows       string
	Config      string
	LogLevel    string

	PublicURL string // where LINE reaches the bot, https://…

	LineTo        []string // HANDOFF_LINE_TO: chats of the staff's
	WebhookURL    string
	WebhookSecret string
	SMTPURL       string
	MailFrom      string
	MailTo        []string
	AlertTo       []string // ALERT_MAIL_TO
}

// FromEnvironment takes the variables and their defaults. What is missing or wrong depends
// on the command: see CheckServe and CheckStore.
func FromEnvironment(get func(string) string) Environment {
	or := func(name, otherwise string) string {
		if v := strings.TrimSpace(get(name)); v != "" {
			return v
		}
		return otherwise
	}
	e := Environment{Token: or("LINE_CHANNEL_TOKEN", ""), APIBase: or("LINE_API_BASE", ""), RedisURL: or("REDIS_URL", ""), DataDir: or("DATA_DIR", ""),
		DataKey: or("DATA_KEY", ""), DataKeyFile: or("DATA_KEY_FILE", ""), Listen: or("LISTEN", ":8080"), AdminListen: or("ADMIN_LISTEN", "127.0.0.1:9090"),
		Flows: or("FLOWS", ""), Config: or("CONFIG", ""), LogLevel: or("LOG_LEVEL", "info"),
		PublicURL: strings.TrimRight(or("PUBLIC_URL", ""), "/"),
		LineTo:    list(get("HANDOFF_LINE_TO")), WebhookURL: or("HANDOFF_WEBHOOK_URL", ""), WebhookSecret: or("HANDOFF_WEBHOOK_SECRET", ""),
		SMTPURL: or("SMTP_URL", ""), MailFrom: or("HANDOFF_MAIL_FROM", ""), MailTo: list(get("HANDOFF_MAIL_TO")), AlertTo: list(get("ALERT_MAIL_TO"))}
	if s := get("LINE_CHANNEL_SECRET"); s != "" {
		e.Secrets = strings.Split(s, ",")
		for i, part := range e.Secrets {
			e.Secrets[i] = strings.TrimSpace(part)
		}
	}
	return e
}

// list splits at commas.
func list(text string) []string {
	var parts []string
	for _, part := range strings.Split(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}

// Key returns the text of the data key, from DATA_KEY or the file that DATA_KEY_FILE
// names; "" when neither is set.
func (e Environment) Key() (string, error) {
	switch {
	case e.DataKeyFile == "":
		return e.DataKey, nil
	case e.DataKey != "":
		return "", errors.New("DATA_KEY and DATA_KEY_FILE: set only one of them")
	}
	data, err := os.ReadFile(e.DataKeyFile)
	if err != nil {
		return "", fmt.Errorf("DATA_KEY_FILE: %w; name a file with the data key", err)
	}
	key := strings.TrimSpace(string(data))
	if key == "" {
		return "", fmt.Errorf("DATA_KEY_FILE: %s is empty; put the data key there", e.DataKeyFile)
	}
	return key, nil
}

// CheckServe says what serve lacks, all at once, a line each: the variable and what to do.
func (e Environment) CheckServe() error {
	var lacks []error
	lack := func(format string, args ...any) { lacks = append(lacks, fmt.Errorf(format, args...)) }
	switch n := len(e.Secrets); {
	case n == 0 || n > 2:
		lack("LINE_CHANNEL_SECRET: set it to the channel secret (LINE Developers console, Basic settings); two, comma-separated, while rotating")
	case slices.Contains(e.Secrets, ""):
		lack("LINE_CHANNEL_SECRET: a secret is empty, and anyone could sign webhooks with it; write one secret, or two with a comma between")
	}
	if e.Token == "" {
		lack("LINE_CHANNEL_TOKEN: set it to the channel access token (LINE Developers console, Messaging API)")
	}
	if u, err := url.Parse(e.PublicURL); e.PublicURL != "" && (err != nil || u.Scheme != "https" || u.Host == "") {
		lack("PUBLIC_URL: %q isn't where LINE reaches the bot; write it like https://bot.example.jp, or leave it out", e.PublicURL)
	}
	lacks = append(lacks, e.CheckStore(), e.CheckHandoff())
	for _, l := range []struct{ name, at string }{{"LISTEN", e.Listen}, {"ADMIN_LISTEN", e.AdminListen}} {
		if _, _, err := net.SplitHostPort(l.at); err != nil {
			lack("%s: %q is no address to listen on; write it like :8080 or 127.0.0.1:9090", l.name, l.at)
		}
	}
	if !slices.Contains([]string{"debug", "info", "warn", "error"}, strings.ToLower(e.LogLevel)) {
		lack("LOG_LEVEL: %q is unknown; write debug, info, warn or error", e.LogLevel)
	}
	return errors.Join(lacks...)
}

// chatForm is that of LINE's ids of users, groups and rooms.
var chatForm = regexp.MustCompile(`^[UCR][0-9a-f]{32}$`)

// CheckHandoff says what is wrong with where leads go, all at once, a line each. Secrets
// aren't repeated.
func (e Environment) CheckHandoff() error {
	var lacks []error
	lack := func(format string, args ...any) { lacks = append(lacks, fmt.Errorf(format, args...)) }
	for _, id := range e.LineTo {
		if !chatForm.MatchString(id) {
			lack("HANDOFF_LINE_TO: %q is no LINE id; it is U, C or R and 32 of 0-9a-f, as webhooks show it; or leave it empty and use `hogushi staff link`", id)
		}
	}
	if (e.WebhookURL == "") != (e.WebhookSecret == "") {
		lack("HANDOFF_WEBHOOK_URL and HANDOFF_WEBHOOK_SECRET: set both, or neither")
	}
	if len(e.MailTo)+len(e.AlertTo) > 0 && (e.SMTPURL == "" || e.MailFrom == "") {
		lack("SMTP_URL and HANDOFF_MAIL_FROM: set both, for there is someone to mail to (HANDOFF_MAIL_TO, ALERT_MAIL_TO)")
	}
	for _, l := range []struct {
		name string
		list []string
	}{{"HANDOFF_MAIL_TO", e.MailTo}, {"ALERT_MAIL_TO", e.AlertTo}} {
		for _, to := range l.list {
			if a, err := netmail.ParseAddress(to); err != nil || a.Address != to {
				lack("%s: %q is no mail address; write it like info@example.com, several with commas between", l.name, to)
			}
		}
	}
	return errors.Join(lacks...)
}

// CheckStore says what the store lacks, all at once, a line each.
func (e Environment) CheckStore() error {
	var lacks []error
	switch {
	case e.RedisURL == "" && e.DataDir == "":
		lacks = append(lacks, errors.New("REDIS_URL or DATA_DIR: name the store; REDIS_URL=redis://HOST:6379 for several machines, DATA_DIR=/var/lib/hogushi for one machine without Redis"))
	case e.RedisURL != "" && e.DataDir != "":
		lacks = append(lacks, errors.New("REDIS_URL and DATA_DIR: set only one of them"))
	}
	switch key, err := e.Key(); {
	case err != nil:
		lacks = append(lacks, err)
	case key == "" && e.RedisURL != "":
		lacks = append(lacks, errors.New("DATA_KEY: set it (or DATA_KEY_FILE); `hogushi keys new` makes one. Keep a copy apart from the data: without it nothing can be read again"))
	}
	return errors.Join(lacks...)
}

// KeyFile is where the key of a DATA_DIR is kept unless DATA_KEY or DATA_KEY_FILE says
// otherwise: outside the data, so that a copy of these alone gives nothing away.
func KeyFile() (string, error) {
	dir, err := os.UserConfigDir()
	if err != nil {
		return "", fmt.Errorf("find a place for the data key: %w; set DATA_KEY_FILE", err)
	}
	return filepath.Join(dir, "hogushi", "data.key"), nil
}
