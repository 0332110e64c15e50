package flow

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"hogushi/bot/diag"
	"hogushi/bot/source"
	"hogushi/bot/text"
)

// choices reads a list of choices. in tells choices of one step apart that may be labelled
// alike: those of its cards.
func (c *compiler) choices(s *Step, n *source.Node, in ...string) []Choice {
	if n == nil || !c.want(n, source.List, "選択肢は「- label: …」を並べます。", "choices are a list of - label: …") {
		return nil
	}
	if len(n.Items) == 0 {
		c.problems.Errorf(n.Span, "empty", "選択肢がありません。", "there are no choices")
	}
	out := make([]Choice, 0, len(n.Items))
	for _, item := range n.Items {
		if !c.want(item, source.Map, "選択肢は「- label: …」のように書きます。", "a choice is written - label: …") {
			continue
		}
		c.keys(item, choiceKeys)
		label := c.need(item, "label")
		choice := Choice{Key: key(label.text, in...), Label: c.label(label), Set: c.assigns(item.Get("set")), goRef: c.target(item.Get("go")), Pos: label.at}
		choice.Words = bare(c.fewWords(item.Get("words")))
		if f := item.Get("fix"); f != nil {
			if item.Get("go") != nil || item.Get("set") != nil || item.Get("link") != nil {
				c.problems.Errorf(f.Span, "fix-moves", "「fix:」と「go:」「set:」「link:」は一緒に使えません。", "fix: can't stand beside go:, set: or link:")
			}
			choice.Move = MoveFix
			names := c.texts(f)
			if len(names) == 0 {
				c.problems.Errorf(f.Span, "empty", "「fix:」には、もう一度たずねる項目を書きます。", "fix: names the fields to ask again")
			}
			for _, name := range names {
				if field := c.field(name.text, name.at); field != nil {
					choice.Fix = append(choice.Fix, field)
					choice.fixAt = append(choice.fixAt, name)
				}
			}
		}
		if l := item.Get("link"); l != nil {
			if item.Get("go") != nil || item.Get("set") != nil {
				c.problems.Errorf(l.Span, "link-moves", "「link:」と「go:」「set:」は一緒に使えません。", "link: can't stand beside go: or set:")
			}
			if choice.Link = c.address(s, l); choice.Link == "" {
				continue // its optional fact isn't set
			}
			c.dials(label.text, choice.Link, l.Span)
		}
		out = append(out, choice)
	}
	return out
}

// answers makes the choices that a question brings along by its type.
func (c *compiler) answers(f *Field, at diag.Span) (out []Choice) {
	add := func(label string, move Move, value string) {
		choice := Choice{Key: key(label), Label: label, Words: f.Words[label], Move: move, Pos: at}
		if move == MoveGo {
			choice.Set = []Assign{{f, value}}
		}
		out = append(out, choice)
	}
	w := c.program.Words
	switch f.Type {
	case YesNo:
		add(w.Yes, MoveGo, "yes")
		add(w.No, MoveGo, "no")
	case OneOf:
		for _, o := range f.Options {
			add(o, MoveGo, o)
		}
	case SeveralOf:
		for _, o := range f.Options {
			add(o, MovePick, o)
		}
		add(w.Done, MoveDone, "")
	case Date:
		add(w.PickDate, MovePoint, "")
	case Time:
		add(w.PickTime, MovePoint, "")
	}
	return out
}

// unsetLink stands for a link whose required fact isn't set: its step is closed, and the
// choice still one that opens something.
const unsetLink = "tel:0"

// address reads the address behind a button; "" when its optional fact isn't set.
func (c *compiler) address(s *Step, n *source.Node) string {
	known := c.problems.Len()
	t, lacks := c.template(n)
	c.closes(s, lacks)
	link, fixed := t.Static()
	if strings.HasPrefix(link, "tel:") {
		c.worded(n)
	}
	switch {
	case lacks.unset.text != "" || c.problems.Len() > known:
		return unsetLink
	case !fixed:
		c.problems.Errorf(n.Span, "link-form", "リンクの中では項目を使えません。", "a link can't hold fields")
	case link != "" && !validLink(link):
		d := c.problems.Errorf(n.Span, "link-form", "リンクは https://… か tel:… の形にしてください。", "a link has the form https://… or tel:…")
		if strings.HasPrefix(link, "tel:") && strings.Contains(link, "#") {
			d.Hint = diag.Text{JA: "電話番号の「#」は「%23」と書きます。", EN: "write %23 for the # of a telephone number"}
			break
		}
		plain := strings.Join(strings.Fields(norm.NFKC.String(link)), "")
		switch {
		case validLink(plain):
			d.Hint = diag.Text{JA: "半角で、空白を入れずに書いてください。", EN: "write it with plain signs and no space"}
		case validLink("tel:" + plain):
			d.Hint = diag.Text{JA: "電話なら、初めに「tel:」を付けてください。", EN: "a telephone number wants tel: before it"}
		case strings.Contains(plain, ".") && !strings.Contains(plain, ":") && validLink("https://"+plain):
			d.Hint = diag.Text{JA: "初めに「https://」を付けてください。", EN: "write https:// before it"}
		}
	}
	return link
}

// dials reports a button that names another number than it calls.
func (c *compiler) dials(label, link string, at diag.Span) {
	called, ok := strings.CutPrefix(link, "tel:")
	named := number.FindString(strings.Map(text.Narrow, label))
	plain := strings.NewReplacer("%23", "", "#", "", "-", "")
	if ok && named != "" && !strings.HasPrefix(called, "+") && link != unsetLink && plain.Replace(named) != plain.Replace(called) {
		c.problems.Errorf(at, "label-number", "ボタンの文字は「%s」ですが、押すと「%s」にかかります。どちらかを直してください。", "the button reads %s, but calls %s; mend one of them", named, strings.Replace(called, "%23", "#", 1))
	}
}

// telLink has digits and what people set between them.
var telLink = regexp.MustCompile(`^tel:(?:[-+.()*0-9]|%23|%2[Aa])*[0-9](?:[-+.()*0-9]|%23|%2[Aa])*$`)

// validLink: LINE takes http, https, line and tel, of 1000 characters, percent-encoded
// where URIs want it (R#uri-action).
func validLink(link string) bool {
	for _, r := range link {
		if r <= ' ' || r >= 0x7f || strings.ContainsRune("\"<>\\^`{|}", r) {
			return false
		}
	}
	decoded, err := url.PathUnescape(link)
	if err != nil || !utf8.ValidString(decoded) || len(link) > 1000 {
		return false
	}
	scheme, _, _ := strings.Cut(link, ":")
	u, err := url.Parse(link)
	switch scheme {
	case "tel":
		return telLink.MatchString(link)
	case "https", "http", "line":
		return err == nil && u.Hostname() != ""
	}
	return false
}

func (c *compiler) cards(s *Step, n *source.Node) {
	if !c.want(n, source.List, "「cards:」は「- title: …」を並べます。", "cards: is a list of - title: …") {
		return
	}
	for _, item := range n.Items {
		if !c.want(item, source.Map, "カードには title, text, choices を書きます。", "a card holds title, text and choices") {
			continue
		}
		c.keys(item, cardKeys)
		var card Card
		limit := maxCardBare
		if t := item.Get("title"); t != nil {
			limit = maxCardText
			title := c.need(item, "title")
			c.wordedAt(title)
			if card.Title = title.text; text.Graphemes(card.Title) > maxCardTitle {
				c.problems.Errorf(title.at, "text-length", "カードの題は%d文字までです。", "a card's title has at most %d characters", maxCardTitle)
			}
			if strings.ContainsAny(card.Title, "\n{}") {
				c.problems.Errorf(title.at, "label-form", "カードの題に改行や「{ }」は使えません。", "a card's title holds no line break and no { }")
			}
		}
		if c.need(item, "text").text != "" {
			if t := c.part(s, item.Get("text"), limit, text.Graphemes, "text"); t != nil {
				card.Text = *t
			}
		}
		card.Choices = c.choices(s, item.Get("choices"), card.Title, card.Text.fixed())
		if k := len(card.Choices); k < 1 || k > maxCardPicks || len(s.Cards) > 0 && k != len(s.Cards[0].Choices) {
			c.problems.Errorf(item.Span, "limit", "カードの選択肢は1〜3個で、どのカードも同じ数にします。", "a card has 1 to 3 choices, every card the same number")
		}
		if len(s.Cards) > 0 && (card.Title == "") != (s.Cards[0].Title == "") {
			c.problems.Errorf(item.Span, "limit", "カードの題は、全部に付けるか、どれにも付けないかにします。", "either every card has a title or none has")
		}
		s.Cards = append(s.Cards, card)
	}
	if len(s.Cards) > maxCards || len(s.Cards) == 0 {
		c.problems.Errorf(n.Span, "limit", "カードは1〜10枚です(いま%d)。", "1 to 10 cards (here %d)", len(s.Cards))
	}
}

// labels checks that nothing reads like what stands beside it, and that no two choices of
// the step have one key. What reads alike in Japanese does so in other languages: it is said once.
func (c *compiler) labels(s *Step) {
	if s.alike {
		return
	}
	twice := func(label string, second, first *Choice) {
		s.alike = true
		c.sameLabels(label, second.Pos, first.Pos)
	}
	keys := map[string]*Choice{}
	beside := func(groups ...[]Choice) {
		seen := map[string]*Choice{}
		for _, group := range groups {
			for i := range group {
				choice := &group[i]
				if choice.Label == "" {
					continue // said already
				}
				same := sameLabel(choice.Label)
				if first := cmp.Or(seen[same], keys[choice.Key]); first != nil && !s.bothOptions(choice, first) {
					twice(choice.Label, choice, first)
				}
				seen[same], keys[choice.Key] = choice, choice
				for _, w := range choice.Words {
					same := sameLabel(w)
					if first := seen[same]; first != nil && first != choice && !s.bothOptions(choice, first) {
						twice(w, choice, first)
					}
					seen[same] = choice
				}
			}
		}
	}
	beside(s.Choices, s.Quick)
	for _, card := range s.Cards {
		beside(card.Choices)
	}
}

// bothOptions says whether two choices are options of the field that the step asks for: what is wrong with those is said
// where they are declared.
func (s *Step) bothOptions(a, b *Choice) bool {
	return s.Ask != nil && slices.Contains(s.Ask.Options, a.Label) && slices.Contains(s.Ask.Options, b.Label) && a.Pos == b.Pos
}

// key names a choice by its label, so that a button of an old message finds it again
// though its place has changed.
func key(label string, in ...string) string {
	name := text.Fold(label) + "\x00" + strings.TrimSpace(label)
	for _, i := range in {
		name += "\x00" + i
	}
	sum := sha256.Sum256([]byte(name))
	return base64.RawURLEncoding.EncodeToString(sum[:6])
}
