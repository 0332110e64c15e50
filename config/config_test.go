package config

import (
	"maps"
	"strings"
	"testing"
	"testing/fstest"

	"hogushi/bot/flow"
)

// TestLoad: each problem is found, where it is, and the others with it.
func TestLoad(t *testing.T) {
	t.Parallel()
	const fine, facts = "channel: main\n", "name: 例クリニック\nphone: 03-1234-5678\n"
	for _, tt := range []struct {
		name, settings, clinic string
		want                   []string // the start of each, in order
	}{
		{"fine", fine, facts, nil},
		{"sections and facts not set", fine, facts + "area:\naccess:\n  station: 広尾駅\n  map_url:\n", nil},
		{"unknown setting", "channel: main\nchanel: x\n", facts, []string{"hogushi.yaml:2:1: error: there is no setting \"chanel\""}},
		{"no channel", "chanel: x\n", facts, []string{"hogushi.yaml:1:1: error: there is no setting \"chanel\"; did you mean \"channel\"?"}},
		{"channel's form", "# a\nchannel: Main\n", facts, []string{"hogushi.yaml:2:10: error: channel: must hold a-z"}},
		{"channel's length", "channel: " + strings.Repeat("a", 33) + "\n", facts, []string{"hogushi.yaml:1:10: error: channel: must"}},
		{"channel as list", "channel: [a]\n", facts, []string{"hogushi.yaml:1:10: error: channel: must"}},
		{"handoff as text", fine + "handoff: full\n", facts, []string{"hogushi.yaml:2:10: error: handoff: holds"}},
		{"handoff's line", fine + "handoff: {line: all, mail: full}\n", facts, []string{"hogushi.yaml:2:17: error: line: must be", "hogushi.yaml:2:22: error: there is no setting \"mail\""}},
		{"a list", "- channel\n", facts, []string{"hogushi.yaml:1:1: error: write KEY: VALUE"}},
		{"no YAML", "channel: [\n", facts, []string{"hogushi.yaml:"}},
		{"empty", "", facts, []string{"hogushi.yaml:1:1: error: the file is empty"}},
		{"missing facts", fine, "area: 港区\n", []string{"clinic.yaml:1:1: error: name: is needed", "clinic.yaml:1:1: error: phone: is needed"}},
		{"a misspelt fact", fine, "nmae: 例\nｐｈｏｎｅ: 03-1234-5678\n", []string{"clinic.yaml:1:1: error: there is no fact \"nmae\"; did you mean \"name\"?", "clinic.yaml:2:1: error: there is no fact \"ｐｈｏｎｅ\"; did you mean \"phone\"?"}},
		{"facts not set", fine, "name: 例\nphone:\n", []string{"clinic.yaml:2:1: error: phone: is needed"}},
		{"phones", fine, facts + "emergency:\n  night_phone: 0312345678\n", []string{"clinic.yaml:4:16: error: a phone number is written like"}},
		{"a phone in full width", fine, "name: 例\nphone: ０３-1234-5678\n", []string{"clinic.yaml:2:8: error: a phone number"}},
		{"mail", fine, facts + "mail: 例\n", []string{"clinic.yaml:3:7: error: this is no mail address"}},
		{"web", fine, facts + "web: example.jp\naccess:\n  map_url: ftp://a.jp\n", []string{"clinic.yaml:3:6: error: write a URL", "clinic.yaml:5:12: error: write a URL"}},
		{"too deep", fine, facts + "access:\n  station:\n    name: 広尾\n", []string{"clinic.yaml:5:5: error: a single line"}},
		{"a list of facts", fine, facts + "area: [港区]\n", []string{"clinic.yaml:3:7: error: a single line"}},
		{"several lines", fine, facts + "area: |\n  港区\n  広尾\n", []string{"clinic.yaml:3:7: error: a single line"}},
		{"an unknown fact", fine, facts + "acess:\n  station: 広尾駅\naccess:\n  statoin: 広尾駅\n", []string{"clinic.yaml:3:1: error: there is no fact \"acess\"", "clinic.yaml:6:3: error: there is no fact \"access.statoin\""}},
		{"plan numbers", fine, facts + "prp:\n  plan_number: PD3170001\n  plan_class: 第4種\n", []string{"clinic.yaml:4:16: error: a plan number", "clinic.yaml:5:15: error: write one of"}},
		{"a price without tax", fine, facts + "prp:\n  price: 1回 55,000円\nexosome:\n  price: 応相談\n  extra_fees: 採血 3,300円（税込）\n", []string{"clinic.yaml:4:13: error: write the amount with tax", "clinic.yaml:6:10: error: write an amount"}},
		{"hours", fine, facts + "hours:\n  monday: 9:00〜13:00、12:30〜18:00\n  tuesday: 14:00〜18:00、9:00〜12:00\n  wednesday: 休診\n  thursday: 9時から\n  friday: 18:00〜9:00\n  saturday: 9:00〜25:00\n  sunday: 13:00〜18:00、9:00〜14:00\n",
			[]string{"clinic.yaml:4:22: error: these hours overlap", "clinic.yaml:7:13: error: hours are written", "clinic.yaml:8:11: error: the hours end", "clinic.yaml:9:13: error: the hours end", "clinic.yaml:10:23: error: these hours overlap"}},
		{"insurance", fine, facts + "prp:\n  insurance: 自由診療\nexosome:\n  insurance: 自由診療（公的医療保険は使えません）\n", []string{"clinic.yaml:4:14: error: begin with"}},
		{"a doctor", fine, facts + "doctors:\n  name_3: 山田太郎\n  title_3: 専門医\n  certified_by_3: 学会\n  employment_3: 非常勤\n", []string{"clinic.yaml:4:11: error: a doctor's name wants consent_3:"}},
		{"a doctor's consent", fine, facts + "doctors:\n  consent_1: 了承済み 2026-02-30\n", []string{"clinic.yaml:4:14: error: write 了承済み"}},
		{"all that a doctor wants, at once", fine, facts + "doctors:\n  name_1: 山田太郎\n", []string{"clinic.yaml:4:11: error: a doctor's name wants title_1:, certified_by_1:, employment_1:, consent_1:"}},
		{"what isn't decided yet", fine, facts + "address: 未定\narea: ？\n", []string{"clinic.yaml:3:10: error: patients would be told \"未定\"; leave empty", "clinic.yaml:4:7: error: patients would be told \"？\""}},
		{"a section without its own line", fine, facts + "payment:\n  cards: 使えません\n  supported: 英語\n", []string{"clinic.yaml:5:3: error: there is no fact \"payment.supported\"; isn't the line languages: missing above"}},
		{"a section of known keys without its own line", fine, facts + "prp:\n  content: あ\n  insurance:\n  price:\n  content: い\n  insurance:\n  price:\n", []string{"clinic.yaml:7:3: error: \"content\" is written twice; so is the key below"}},
		{"a setting too far left", "channel: main\nline: short\n", facts, []string{"hogushi.yaml:2:1: error: there is no setting \"line\"; it stands below handoff:"}},
		{"no channel", "unknown: auto\n", facts, []string{"hogushi.yaml:1:1: error: channel: is missing"}},
		{"dates and days", fine, facts + "updated: 2026-13-01\nprivacy:\n  retention_days: 90日\n", []string{"clinic.yaml:3:10: error: there is no such day as 2026-13-01", "clinic.yaml:5:19: error: write the number"}},
		{"a long fact", fine, facts + "area: " + strings.Repeat("あ", 101) + "\n", []string{"clinic.yaml:3:7: error: at most 100"}},
		{"in both files", "channel: A\n", "name: 例\nphone: x\nphone: y\n",
			[]string{"clinic.yaml:2:8: error: a phone", "clinic.yaml:3:1: error: \"phone\" is written twice", "hogushi.yaml:1:10: error: channel"}},
	} {
		_, problems := Load(fstest.MapFS{"hogushi.yaml": {Data: []byte(tt.settings)}, "clinic.yaml": {Data: []byte(tt.clinic)}})
		var got []string
		for _, d := range problems.Sorted() {
			got = append(got, d.String())
			if d.Message.JA == "" || d.Rule == "" {
				t.Errorf("%s: %v lacks its Japanese words or its rule", tt.name, d)
			}
		}
		if !begins(got, tt.want) {
			t.Errorf("%s: got\n\t%s\nwant\n\t%s", tt.name, strings.Join(got, "\n\t"), strings.Join(tt.want, "\n\t"))
		}
	}
}

func begins(got, want []string) bool {
	if len(got) != len(want) {
		return false
	}
	for i, w := range want {
		if !strings.HasPrefix(got[i], w) {
			return false
		}
	}
	return true
}

func TestLoadFacts(t *testing.T) {
	t.Parallel()
	s, problems := Load(fstest.MapFS{
		"hogushi.yaml": {Data: []byte("channel: main-2\n")},
		"clinic.yaml":  {Data: []byte("name: \" 例 \"\nphone: 0120-774-665\nmail: a@example.jp\nweb: http://example.jp\narea:\ncorporate_name: 007\naccess:\n  station: 広尾駅\ndirector: [x]\n")},
	})
	if s.Channel != "main-2" || problems.Len() != 1 {
		t.Errorf("got channel %q and %v", s.Channel, problems.Err())
	}
	want := map[string]string{"clinic.name": "例", "clinic.phone": "0120-774-665", "clinic.mail": "a@example.jp", "clinic.web": "http://example.jp",
		"clinic.area": "", "clinic.corporate_name": "007", "clinic.access.station": "広尾駅", "clinic.director": ""}
	for name, value := range want {
		if got, ok := s.Clinic[name]; !ok || got != value {
			t.Errorf("%s: got %q, %v, want %q", name, got, ok, value)
		}
	}
	for name, value := range s.Clinic {
		if value != want[name] {
			t.Errorf("%s: got %q, want it unset", name, value)
		}
	}
}

// TestSound: flows are checked for a clinic whose facts are all of the right form, though not for any other.
func TestSound(t *testing.T) {
	t.Parallel()
	good := flow.Clinic{"clinic.name": "例", "clinic.phone": "03-1234-5678", "clinic.area": "", "clinic.web": "http://a.jp"}
	if got := Sound(good); !maps.Equal(got, good) {
		t.Errorf("got %v of what is sound", got)
	}
	got := Sound(flow.Clinic{"clinic.name": "例", "clinic.phone": "０３−１２３４−５６７８", "clinic.web": "a.jp"})
	if phone.check(got["clinic.phone"]).ja != "" || got["clinic.name"] != "例" || got["clinic.web"] != "" {
		t.Errorf("got %v", got)
	}
	none := Sound(flow.Clinic{})
	if none["clinic.name"] == "" || phone.check(none["clinic.phone"]).ja != "" {
		t.Errorf("nothing stands in for a file that can't be read: %v", none)
	}
	if v, ok := none["clinic.doctors.name_9"]; !ok || v != "" {
		t.Error("a fact that may be in a file that can't be read isn't known")
	}
}

// TestHotlines: the list of numbers is checked where there is one.
func TestHotlines(t *testing.T) {
	t.Parallel()
	const fine = "- {key: a, name: 救急, number: 119}\n"
	for _, tt := range []struct {
		list string
		want []string // the start of each, in order
	}{
		{fine, nil},
		{fine + "- key: b\n  name: 相談\n  number: \"#7119\"\n  hours:\n  note: 夜も\n  source: S36\n  checked: \"2022\"\n", nil},
		{"key: a\n", []string{"hotlines.yaml:1:1: error: write a list"}},
		{"- a\n", []string{"hotlines.yaml:1:3: error: write - key:"}},
		{fine + "- {key: b, nmae: 相談, number: 119}\n", []string{"hotlines.yaml:2:12: error: there is no key \"nmae\"; did you mean \"name\"?"}},
		{fine + "- {key: a, name: 相談, number: 119}\n", []string{"hotlines.yaml:2:9: error: there are two \"a\""}},
		{"- key: a\n  name: [救急]\n  number: #7119\n", []string{"hotlines.yaml:2:9: error: a single text", "hotlines.yaml:3:11: error: \"#7119\" is taken for a comment"}},
		{"- {key: a, name: 救急, number: １１９, checked: 昨日}\n", []string{"hotlines.yaml:1:30: error: a number is written", "hotlines.yaml:1:44: error: the day is written"}},
	} {
		_, problems := Load(fstest.MapFS{"hogushi.yaml": {Data: []byte("channel: main\n")}, "clinic.yaml": {Data: []byte("name: 例\nphone: 03-1234-5678\n")},
			"hotlines.yaml": {Data: []byte(tt.list)}})
		var got []string
		for _, d := range problems.Sorted() {
			got = append(got, d.String())
		}
		if !begins(got, tt.want) {
			t.Errorf("%s: got\n\t%s\nwant\n\t%s", tt.list, strings.Join(got, "\n\t"), strings.Join(tt.want, "\n\t"))
		}
	}
}

// TestMisnamed: a file with another ending isn't read, and that alone is said.
func TestMisnamed(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"clinic.yml", "hogushi.YAML", "hotlines.yaml.txt"} {
		dir := fstest.MapFS{"hogushi.yaml": {Data: []byte("channel: main\n")}, "clinic.yaml": {Data: []byte("name: 例\nphone: 0120-774-665\n")}, "hotlines.yaml": {Data: []byte("- {key: a, name: 救急, number: 119}\n")}}
		right, _, _ := strings.Cut(name, ".")
		dir[name] = dir[right+".yaml"]
		delete(dir, right+".yaml")
		if _, problems := Load(dir); problems.Len() != 1 || problems.Sorted()[0].Rule != "file-ending" || problems.Sorted()[0].File != name {
			t.Errorf("%s: got %v", name, problems.Sorted())
		}
	}
}

func TestLoadNothing(t *testing.T) {
	t.Parallel()
	_, problems := Load(fstest.MapFS{})
	want := "clinic.yaml: error: cannot open the file [unreadable-file]\nhogushi.yaml: error: cannot open the file [unreadable-file]"
	if err := problems.Err(); err == nil || err.Error() != want {
		t.Errorf("got %v, want\n%s", err, want)
	}
}

// TestBuiltIn: what is shipped can be used as it is.
func TestBuiltIn(t *testing.T) {
	t.Parallel()
	s, problems := Load(Dir(""))
	if problems.Len() != 0 || s.Channel == "" || s.Clinic["clinic.name"] == "" {
		t.Errorf("got %+v, %v", s, problems.Err())
	}
	if s, problems := Load(Dir(".")); problems.Failed() || s.Channel == "" {
		t.Errorf("Dir of this directory: got %+v, %v", s, problems.Err())
	}
}
