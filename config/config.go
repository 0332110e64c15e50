// Package config holds what is set from outside: the settings and the clinic's facts that
// staff write in YAML, and what the operator gives in the environment. Secrets come only
// from the environment.
package config

import (
	"embed"
	"io/fs"
	"os"
	"regexp"
	"slices"

	"hogushi/bot/diag"
	"hogushi/bot/flow"
	"hogushi/bot/source"
)

//go:embed *.yaml
var builtIn embed.FS

// What is done with texts that aren't understood.
const (
	UnknownAuto   = "auto"   // left to staff where the account lets them chat, else answered
	UnknownAnswer = "answer" // answered: that they aren't understood
	UnknownQuiet  = "quiet"  // left to staff
)

var unknowns = []string{UnknownAuto, UnknownAnswer, UnknownQuiet}

// Settings is what the files say.
type Settings struct {
	Channel  string      // a short name, part of every storage key
	Unknown  string      // what is done with texts that aren't understood: see Unknown…
	FullCard bool        // the card in the staff's chat holds everything that was entered
	Clinic   flow.Clinic // the clinic's facts by name, "" for one that is not set
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
	s := Settings{Clinic: flow.Clinic{}, Unknown: UnknownAuto}
	if n := read(dir, "hogushi.yaml", problems); n != nil {
		for _, p := range n.Pairs {
			switch p.Key.Value {
			case "channel":
			case "unknown":
				if s.Unknown = p.Value.Value; !slices.Contains(unknowns, s.Unknown) {
					problems.Errorf(p.Value.Span, "wrong-value", "「unknown:」は auto, answer, quiet のどれかにしてください。", "unknown: must be auto, answer or quiet")
				}
			case "handoff":
				s.handoff(p.Value, problems)
			default:
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

// handoff reads how leads are handed over.
func (s *Settings) handoff(n *source.Node, problems *diag.List) {
	for _, p := range n.Pairs {
		switch {
		case p.Key.Value != "line":
			problems.Errorf(p.Key.Span, "unknown-key", "「handoff:」の中に「%s」という設定はありません。", "there is no setting %q in handoff:", p.Key.Value)
		case p.Value.Value != "full" && p.Value.Value != "short":
			problems.Errorf(p.Value.Span, "wrong-value", "「line:」は short か full にしてください。", "line: must be short or full")
		default:
			s.FullCard = p.Value.Value == "full"
		}
	}
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
