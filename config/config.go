// Package config holds what is set from outside: the settings and the clinic's facts that
// staff write in YAML, and what the operator gives in the environment. Secrets come only
// from the environment.
package config

import (
	"embed"
	"io/fs"
	"net/url"
	"os"
	"regexp"
	"strings"

	"hogushi/bot/diag"
	"hogushi/bot/flow"
	"hogushi/bot/source"
	"hogushi/bot/text"
)

//go:embed *.yaml
var builtIn embed.FS

// Settings is what the files say.
type Settings struct {
	Channel string // a short name, part of every storage key
	Facts   flow.Facts
}

// Dir returns the directory of the configuration, the built-in one for "".
func Dir(name string) fs.FS {
	if name == "" {
		return builtIn
	}
	return os.DirFS(name)
}

// Load reads hogushi.yaml and clinic.yaml and reports all problems.
func Load(dir fs.FS) (Settings, *diag.List) {
	problems := new(diag.List)
	s := Settings{Facts: flow.Facts{}}
	if n := read(dir, "hogushi.yaml", problems); n != nil {
		for _, p := range n.Pairs {
			if p.Key.Value != "channel" {
				problems.Errorf(p.Key.Span, "unknown-key", "「%s」という設定はありません。", "there is no setting %q", p.Key.Value)
			}
		}
		at := n.Span
		if c := n.Get("channel"); c != nil {
			s.Channel, at = c.Value, c.Span
		}
		if !channelForm.MatchString(s.Channel) {
			problems.Errorf(at, "channel-form", "「channel:」は小文字の英数字と「-」で、32文字までにしてください。", "channel: must hold a-z, 0-9 and - only, at most 32 characters")
		}
	}
	if n := read(dir, "clinic.yaml", problems); n != nil {
		s.clinic(n, problems)
	}
	return s, problems
}

// channelForm is the store's.
var channelForm = regexp.MustCompile(`^[a-z0-9-]{1,32}$`)

func read(dir fs.FS, name string, problems *diag.List) *source.Node {
	data, err := fs.ReadFile(dir, name)
	if err != nil {
		problems.Errorf(diag.Span{Pos: diag.Pos{File: name}}, "unreadable-file", "ファイルを開けません。", "cannot open the file")
		return nil
	}
	n := source.Parse(name, data, problems)
	if n != nil && n.Kind != source.Map {
		problems.Errorf(n.Span, "wrong-type", "「項目: 値」の形で書いてください。", "write KEY: VALUE")
		return nil
	}
	return n
}

// clinic reads the facts: KEY: VALUE, or a section of such. They are named clinic.KEY and
// clinic.SECTION.KEY.
func (s *Settings) clinic(n *source.Node, problems *diag.List) {
	set := func(name string, v *source.Node) {
		value := strings.TrimSpace(v.Value)
		s.Facts[name] = value // known in any case: the flows that name it aren't wrong
		if v.Kind == source.List || v.Kind == source.Map || strings.Contains(value, "\n") {
			problems.Errorf(v.Span, "wrong-type", "ここには文字を1行で書きます。", "a single line of text is wanted here")
			return
		}
		if ja, en := wrongForm(name, value); ja != "" {
			problems.Add(diag.Diagnostic{Span: v.Span, Rule: "fact-form", Message: diag.Text{JA: ja, EN: en}})
		}
	}
	for _, p := range n.Pairs {
		if p.Value.Kind != source.Map {
			set("clinic."+p.Key.Value, p.Value)
			continue
		}
		for _, q := range p.Value.Pairs {
			set("clinic."+p.Key.Value+"."+q.Key.Value, q.Value)
		}
	}
	for _, key := range []string{"name", "phone"} {
		if s.Facts["clinic."+key] != "" {
			continue
		}
		at := n.Span
		for _, p := range n.Pairs {
			if p.Key.Value == key {
				at = p.Key.Span
			}
		}
		problems.Errorf(at, "missing-fact", "「%s:」は必ず書いてください。", "%s: is needed", key)
	}
}

// wrongForm checks the facts that are dialled, written to or opened.
func wrongForm(name, v string) (ja, en string) {
	last := name[strings.LastIndexByte(name, '.')+1:]
	switch {
	case v == "":
	case last == "phone", strings.HasSuffix(last, "_phone"):
		if digits, ok := text.Phone(v); !ok || digits != v {
			return "電話番号は「0120-774-665」のように、ハイフン入りの半角数字で書いてください。", "a phone number is written like 0120-774-665"
		}
	case last == "mail":
		if m, ok := text.Mail(v); !ok || m != v {
			return "メールアドレスの形になっていません。", "this is no mail address"
		}
	case last == "web", strings.HasSuffix(last, "_url"):
		if u, err := url.Parse(v); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
			return "「https://」で始まるURLを書いてください。", "write a URL that begins with https://"
		}
	}
	return "", ""
}
