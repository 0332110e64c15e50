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
	"hogushi/bot/text"
)

//go:embed *.yaml
var builtIn embed.FS

// What is done with texts that aren't understood.
const (
	UnknownAuto   = "auto"   // left to staff where the account lets them chat, else answered
	UnknownAnswer = "answer" // answered: that they aren't understood
	UnknownQuiet  = "quiet"  // left to staff
)

// Settings is what the files say.
type Settings struct {
	Channel  string      // a short name, part of every storage key
	Unknown  string      // what is done with texts that aren't understood: see Unknown…
	FullCard bool        // the card in the staff's chat holds everything that was entered
	Clinic   flow.Clinic // the clinic's facts by name, "" for one that is not set
	Usable   bool        // there is no error in hogushi.yaml; in clinic.yaml there may be one
}

// Dir returns the directory of the configuration, the built-in one for "".
func Dir(name string) fs.FS {
	if name == "" {
		return builtIn
	}
	return os.DirFS(name)
}

// Load reads hogushi.yaml and clinic.yaml and reports all problems, also those of
// hotlines.yaml, which is for people: texts and their checkers look the numbers up there.
func Load(dir fs.FS) (Settings, *diag.List) {
	problems := new(diag.List)
	s := Settings{Unknown: UnknownAuto}
	if n := read(dir, "hogushi.yaml", source.Map, problems); n != nil {
		s.settings(n, problems)
	}
	s.Usable = !problems.Failed()
	s.Clinic = facts(dir, problems)
	problems.Join(CheckHotlines(dir))
	return s, problems
}

// CheckHotlines reports the problems of hotlines.yaml, which need not be there.
func CheckHotlines(dir fs.FS) *diag.List {
	problems := new(diag.List)
	if _, err := fs.Stat(dir, "hotlines.yaml"); err != nil {
		misnamed(dir, "hotlines.yaml", problems)
	} else if n := read(dir, "hotlines.yaml", source.List, problems); n != nil {
		known := problems.Len()
		hotlines(n, problems)
		problems.Settle(known)
	}
	return problems
}

// LoadFacts reads clinic.yaml alone and reports all problems.
func LoadFacts(dir fs.FS) (flow.Clinic, *diag.List) {
	problems := new(diag.List)
	return facts(dir, problems), problems
}

func facts(dir fs.FS, problems *diag.List) flow.Clinic {
	clinic := flow.Clinic{}
	if n := read(dir, "clinic.yaml", source.Map, problems); n != nil {
		known := problems.Len()
		readFacts(clinic, n, problems)
		problems.Settle(known)
	}
	return clinic
}

func (s *Settings) settings(n *source.Node, problems *diag.List) {
	misspelt := false
	for _, p := range n.Pairs {
		switch key := p.Key.Value; {
		case !settingKeys.Has(key):
			d := problems.Errorf(p.Key.Span, "unknown-key", "「%s」という設定はありません。", "there is no setting %q", key)
			if handoffKeys.Has(key) {
				d.Hint = diag.T("「handoff:」の下に、字下げして書きます。", "it stands below handoff:, indented")
				continue
			}
			misspelt = d.Meant(text.DidYouMean(key, settingKeys.Names())) == "channel" || misspelt
		case key == "unknown":
			if s.Unknown = p.Value.Value; !slices.Contains(unknownWords.Names(), s.Unknown) {
				problems.Errorf(p.Value.Span, "wrong-value", "「unknown:」は auto, answer, quiet のどれかにしてください。", "unknown: must be auto, answer or quiet")
			}
		case key == "handoff":
			s.handoff(p.Value, problems)
		}
	}
	at := n.Span
	if c := n.Get("channel"); c != nil {
		s.Channel, at = c.Value, c.Span
	} else if !misspelt {
		problems.Errorf(at, "missing-key", "「%s:」がありません。", "%s: is missing", "channel")
		return
	}
	if !misspelt && !channelForm.MatchString(s.Channel) {
		problems.Errorf(at, "channel-form", channelWrong, "channel: must hold a-z, 0-9 and - only, at most 32 characters")
	}
}

// handoff reads how leads are handed over.
func (s *Settings) handoff(n *source.Node, problems *diag.List) {
	if n.Kind == source.Scalar || n.Kind == source.List {
		problems.Errorf(n.Span, "wrong-type", "「handoff:」の下には「line: short」のように書きます。", "handoff: holds line: short, for example")
	}
	for _, p := range n.Pairs {
		switch {
		case !handoffKeys.Has(p.Key.Value):
			d := problems.Errorf(p.Key.Span, "unknown-key", "「handoff:」の中に「%s」という設定はありません。", "there is no setting %q in handoff:", p.Key.Value)
			d.Meant(text.DidYouMean(p.Key.Value, handoffKeys.Names()))
		case !slices.Contains(cardWords.Names(), p.Value.Value):
			problems.Errorf(p.Value.Span, "wrong-value", "「line:」は short か full にしてください。", "line: must be short or full")
		default:
			s.FullCard = p.Value.Value == cardFull
		}
	}
}

// channelForm is the store's.
var channelForm = regexp.MustCompile(`^[a-z0-9-]{1,32}$`)

const channelWrong = "「channel:」は小文字の英数字と「-」で、32文字までにしてください。"

// misnamed reports a file that is meant to be the one of that name.
func misnamed(dir fs.FS, name string, problems *diag.List) bool {
	entries, _ := fs.ReadDir(dir, ".")
	for _, e := range entries {
		if e.Name() != name && source.Ending(e.Name()) == name {
			source.Misnamed(e.Name(), problems)
			return true
		}
	}
	return false
}

func read(dir fs.FS, name string, kind source.Kind, problems *diag.List) *source.Node {
	data, err := fs.ReadFile(dir, name)
	if err != nil && misnamed(dir, name, problems) {
		return nil
	}
	if err != nil {
		problems.Errorf(diag.Span{Pos: diag.Pos{File: name}}, "unreadable-file", "ファイルを開けません。", "cannot open the file")
		return nil
	}
	n := source.Parse(name, data, problems)
	switch {
	case n == nil || n.Kind == kind:
		return n
	case kind == source.List:
		problems.Errorf(n.Span, "wrong-type", "「- key: …」を並べてください。", "write a list of - key: …")
	default:
		problems.Errorf(n.Span, "wrong-type", "「項目: 値」の形で書いてください。", "write KEY: VALUE")
	}
	return nil
}
