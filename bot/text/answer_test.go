package text

import (
	"slices"
	"strings"
	"testing"
)

func TestNumber(t *testing.T) {
	t.Parallel()
	for want, list := range map[int][]string{
		1: {"1", "１", "①", "⑴", "❶", "⒈", "一", "いち", "イチ", "ｲﾁ", "１番", "1ばん", "「1。」", "1)", "(1)", "（１）", "1️⃣", "㊀", "㈠", "No.1", "No1", "№1", "1です", "1でお願いします", "1番で",
			"１番でお願いします", "1番目", "一つ目", "一番目", "一番でお願いします", "いちばんで", "1がいいです", "1 です", "1、", "1。", "1.", "1!", " １ ", "１　", "1にします", "1😊", "1を選びます", "01", "①です", "Ⅰ", "#1", "１ですね", "1?", "one", "いちです", "1番希望", "【1】"},
		2:  {"2", "に", "二", "にばん", "②番", "ニ", "2️⃣です", "Two"},
		3:  {"3", "さん", "三", "サン", "ｻﾝ", "三番", "さんばん", "さんです"},
		4:  {"し", "よん", "四", "ヨン", "よんばん"},
		5:  {"ご", "五", "ごー", "ゴ", "五番"},
		6:  {"ろく", "六"},
		7:  {"なな", "しち", "七"},
		8:  {"はち", "八"},
		9:  {"きゅう", "く", "九", "9"},
		10: {"じゅう", "十", "⑩", "🔟", "10", "１０番"},
		11: {"じゅういち", "十一", "⑪"},
		12: {"十二", "じゅうに", "12", "⑫です"},
		20: {"二十", "にじゅう", "⑳"},
		21: {"二十一", "にじゅういち", "㉑"},
		99: {"99", "九十九", "きゅうじゅうきゅう"},
		0: {"", "0", "00", "100", "1万", "10時", "2026-01-01", "09012345678", "-1", "−1", "ー1", "一番", "いちばん", "一番がいい", "1.5", "1つ", "1と2", "1 2", "①③", "1️⃣0️⃣", "山田さん",
			"1人", "12月", "1/2", "千", "百", "一二", "十十", "にします", "ごです", "です", "番", "1か月", "3か月以内", "一日", "1-2", "1〜2", "はい", "いちご", "さんま", "٣", "no", "第", "1番じゃない"},
	} {
		for _, s := range list {
			got, ok := Number(s)
			if got != want || ok != (want > 0) {
				t.Errorf("Number(%q) = %d %v, want %d", s, got, ok, want)
			}
		}
	}
}

func TestNumbers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in   string
		want []int
	}{
		{"1", []int{1}}, {"No.1", []int{1}}, {"12", []int{12}},
		{"1、3", []int{1, 3}}, {"1と3", []int{1, 3}}, {"1 3", []int{1, 3}}, {"１，３", []int{1, 3}}, {"①③", []int{1, 3}},
		{"１　３", []int{1, 3}}, {"1,2,3です", []int{1, 2, 3}}, {"1番と3番でお願いします", []int{1, 3}}, {"3・1", []int{3, 1}}, {"1/3", []int{1, 3}},
		{"1\n3", []int{1, 3}}, {"いちとさん", []int{1, 3}}, {"一と三", []int{1, 3}}, {"1、1、2", []int{1, 2}}, {"1️⃣3️⃣", []int{1, 3}}, {"1.3", []int{1, 3}}, {"1と、3。", []int{1, 3}},
		{"1&2", []int{1, 2}}, {"(1)(3)", nil}, {"⑴⑶", []int{1, 3}},
		{"", nil}, {"、", nil}, {"1-3", nil}, {"1〜3", nil}, {"1から3", nil}, {"1と腰", nil}, {"090 1234 5678", nil}, {"1と100", nil}, {"0,1", nil}, {"13時と15時", nil},
	} {
		got, ok := Numbers(c.in)
		if !slices.Equal(got, c.want) || ok != (c.want != nil) {
			t.Errorf("Numbers(%q) = %v %v, want %v", c.in, got, ok, c.want)
		}
	}
}

func TestYesNo(t *testing.T) {
	t.Parallel()
	for want, list := range map[string][]string{
		"yes": {"はい", "ハイ", "ﾊｲ", "はい。", "はーい", "は〜い", "はいっ", "はいはい", "はい!!", "はい😊", "うん", "うんうん", "ええ", "そう", "そうです", "そうですよ", "お願いします", "お願いします。", "おねがいします", "はい、お願いします",
			"はいお願いします", "はい　お願いします", "はい〜お願いします〜", "はい。\nよろしくお願いいたします", "OK", "ok", "ＯＫ", "OKです", "ok!", "オッケー", "オーケー", "おけ", "了解", "了解です", "りょうかいです", "了解しました", "承知しました", "分かりました",
			"同意します", "同意する", "はい、同意します", "yes", "Yes.", "YES", "y", "Ｙ", "○", "◯", "〇", "⭕️", "👍", "👍🏻", "👍👍", "🙆‍♀️", "🙆", "👌", "✅", "まる", "はい、大丈夫です", "はい、いいです", "いいですよ", "もちろんです", "ぜひ", "ぜひお願いします",
			"希望します", "あります", "合っています", "間違いありません", "それでお願いします", "あ、はい", "えっと、はい", "はい ありがとうございます", "大丈夫です、お願いします", "はいー", "はいよ", "OK👍", "はい○"},
		"no": {"いいえ", "イイエ", "ｲｲｴ", "いいえ。", "いえ", "いえいえ", "いや", "いやです", "ちがう", "違います", "違いますよ", "ちがうよ", "結構です", "けっこうです", "いえ、結構です", "しません", "やめておきます", "やめます", "やめとく", "no", "No", "NO!", "n", "ノー", "×", "✕", "❌", "🙅", "🙅‍♂️", "👎",
			"いいえ、大丈夫です", "いいえ結構です", "いいえ、ちがいます", "同意しません", "いりません", "不要です", "ううん", "だめです", "無理です", "ありません", "なし", "遠慮します", "すみません、やめておきます", "いやいや", "バツ", "まだです", "いいえ、いいです", "必要ありません", "大丈夫です、結構です"},
		"": {"", "いいです", "いいよ", "大丈夫", "大丈夫です", "だいじょうぶです", "うーん", "う〜ん", "うーーん…", "んー", "えー", "ええー", "いやー", "はい?", "はい？", "OK?", "そうですか", "そうですね", "そうかも", "まあ", "たぶん", "はい、いいえ", "はい、結構です", "はい結構です", "はい、違います",
			"はい、山田です", "わかりません", "どちらでも", "ありがとうございます", "👍👎", "○×", "山田太郎", "いいえではない", "はいではありません", "腰が痛い", "yesno", "💦", "🙏", "1", "はいと言いたいところですが", "お願いしません", "いい", "。", "ー", "どうも"},
	} {
		for _, s := range list {
			yes, ok := YesNo(s)
			got := ""
			if ok {
				got = map[bool]string{true: "yes", false: "no"}[yes]
			}
			if got != want {
				t.Errorf("YesNo(%q) = %q, want %q", s, got, want)
			}
		}
	}
}

// A word in two lists would be read at the map's whim; a word not in the form that
// readWord looks up would never be found.
func TestAnswersConsistent(t *testing.T) {
	t.Parallel()
	for w := range answers {
		if got := longMarks(lower(w)); got != w {
			t.Errorf("%q can't be found, %q could", w, got)
		}
	}
	n := 0
	for _, list := range answerLists {
		n += len(strings.Fields(list))
	}
	if n != len(answers) {
		t.Errorf("%d words are listed twice", n-len(answers))
	}
}

func TestPolitenessSurvivesFold(t *testing.T) {
	t.Parallel()
	for i, p := range politeness {
		if Fold(p) != p {
			t.Errorf("Fold(%q) = %q", p, Fold(p))
		}
		for _, later := range politeness[i+1:] {
			if strings.HasSuffix(later, p) {
				t.Errorf("%q hides %q", p, later)
			}
		}
	}
}

func TestOption(t *testing.T) {
	t.Parallel()
	body := []string{"首・肩", "腰", "膝（ひざ）", "その他", "メニュー"}
	for _, c := range []struct {
		in     string
		labels []string
		want   int
	}{
		{"腰", body, 1}, {"腰です", body, 1}, {"腰で", body, 1}, {"腰でお願いします", body, 1}, {"腰がいいです", body, 1}, {"腰を希望します", body, 1}, {"腰希望", body, 1}, {"「腰」", body, 1}, {"腰！", body, 1},
		{"2", body, 1}, {"２番", body, 1}, {"②", body, 1}, {"に", body, 1}, {"首肩", body, 0}, {"首・肩です", body, 0}, {"首、肩", body, 0}, {"膝(ひざ)", body, 2}, {"ひざ", body, -1},
		{"ﾒﾆｭｰ", body, 4}, {"その他", body, 3}, {"そのた", body, -1}, {"6", body, -1}, {"0", body, -1}, {"", body, -1}, {"です", body, -1}, {"腰が痛い", body, -1},
		{"10", []string{"5", "10", "15"}, 1}, {"1", []string{"5", "10", "15"}, -1}, {"5です", []string{"5", "10", "15"}, 0},
		{"○", []string{"○", "×"}, 0}, {"×", []string{"○", "×"}, 1}, {"👍", []string{"👍️", "👎"}, 0},
		{"ビル", []string{"ビール", "ビル"}, 1}, {"びる", []string{"ビール", "ビル"}, -1},
		{"相談希望", []string{"相談", "相談希望"}, 1}, {"腰", nil, -1},
	} {
		got, ok := Option(c.in, c.labels)
		if ok != (c.want >= 0) || ok && got != c.want {
			t.Errorf("Option(%q, %q) = %d %v, want %d", c.in, c.labels, got, ok, c.want)
		}
	}
}

func TestLabel(t *testing.T) {
	t.Parallel()
	body := []string{"首・肩", "腰", "膝（ひざ）", "その他", "メニュー"}
	for _, c := range []struct {
		in     string
		labels []string
		want   int
	}{
		{"腰", body, 1}, {"腰です", body, 1}, {"腰でお願いします", body, 1}, {"腰がいいです", body, 1}, {"腰希望", body, 1}, {"首肩", body, 0}, {"ﾒﾆｭｰ", body, 4}, {"「腰」", body, 1},
		{"2", body, -1}, {"２番", body, -1}, {"②", body, -1}, {"に", body, -1}, {"一番でお願いします", body, -1}, {"腰が痛い", body, -1}, {"", body, -1}, {"腰", nil, -1},
		{"10", []string{"5", "10", "15"}, 1}, {"１０です", []string{"5", "10", "15"}, 1}, {"○", []string{"○", "×"}, 0}, {"👍", []string{"👍️", "👎"}, 0}, {"ビル", []string{"ビール", "ビル"}, 1}, {"びる", []string{"ビール", "ビル"}, -1},
		{strings.Repeat("です", 300), []string{"です"}, -1},
	} {
		got, ok := Label(c.in, c.labels)
		if ok != (c.want >= 0) || ok && got != c.want {
			t.Errorf("Label(%q, %q) = %d %v, want %d", c.in, c.labels, got, ok, c.want)
		}
	}
}

func TestSame(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"メニュー", "ﾒﾆｭｰ。", true}, {"はい", "ハイ", true}, {"①", "1", true}, {"○", "○ ", true}, {"👍", "👍️", true}, {"はい👍", "はい", true},
		{"", "", false}, {" ", "", false}, {"\u200b", "\u200b", false}, {"○", "×", false}, {"👍", "はい", false}, {"はい", "はいです", false}, {"腰", "膝", false}, {"腰", "", false},
	} {
		if got, back := Same(c.a, c.b), Same(c.b, c.a); got != c.want || back != c.want {
			t.Errorf("Same(%q, %q) = %v, back %v, want %v", c.a, c.b, got, back, c.want)
		}
	}
}

func TestSeveralOptions(t *testing.T) {
	t.Parallel()
	labels := []string{"首・肩", "腰", "膝", "手と足", "その他"}
	for _, c := range []struct {
		in   string
		want []int
	}{
		{"腰", []int{1}}, {"腰、膝", []int{1, 2}}, {"膝と腰", []int{1, 2}}, {"膝と腰です", []int{1, 2}}, {"首・肩と腰", []int{0, 1}}, {"首・肩・膝", []int{0, 2}}, {"手と足と膝", []int{2, 3}}, {"腰\n膝", []int{1, 2}}, {"腰 膝", []int{1, 2}}, {"腰/膝", []int{1, 2}},
		{"1と3", []int{0, 2}}, {"③①", []int{0, 2}}, {"腰、3", []int{1, 2}}, {"腰,腰", []int{1}}, {"腰や膝", []int{1, 2}}, {"腰、膝でお願いします", []int{1, 2}},
		{"腰、頭", nil}, {"", nil}, {"、", nil}, {"1と9", nil}, {"腰膝", nil},
	} {
		got, ok := SeveralOptions(c.in, labels)
		if !slices.Equal(got, c.want) || ok != (c.want != nil) {
			t.Errorf("SeveralOptions(%q) = %v %v, want %v", c.in, got, ok, c.want)
		}
	}
}

func TestJoin(t *testing.T) {
	t.Parallel()
	for _, c := range [][3]string{
		{"山田", "太郎です", "山田太郎です"}, {"Taro", "Yamada", "Taro Yamada"}, {"山田", "Taro", "山田Taro"}, {"Taro", "です", "Taroです"}, {"はい。", "OK", "はい。OK"},
		{"090", "1234", "090 1234"}, {"", "a", "a"}, {"a ", " b", "a b"}, {"", "", ""}, {"hi", "👍", "hi👍"}, {"김", "철수", "김 철수"},
	} {
		if got := Join(c[0], c[1]); got != c[2] {
			t.Errorf("Join(%q, %q) = %q, want %q", c[0], c[1], got, c[2])
		}
	}
}

func TestNear(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"", "abc", 3}, {"abc", "", 3}, {"abc", "abc", 0}, {"abc", "acb", 1}, {"abc", "abd", 1}, {"kitten", "sitting", 3}, {"メニュー", "メニュ", 1}, {"ca", "abc", 3},
		{strings.Repeat("a", 64), strings.Repeat("a", 63), 1}, {strings.Repeat("a", 65), "a", 65},
	} {
		if got, back := Near(c.a, c.b), Near(c.b, c.a); got != c.want || back != c.want {
			t.Errorf("Near(%q, %q) = %d, back %d, want %d", c.a, c.b, got, back, c.want)
		}
	}
}

func TestDidYouMean(t *testing.T) {
	t.Parallel()
	names := []string{"choices", "texts", "ask", "goto", "cards", "call"}
	for in, want := range map[string]string{
		"choises": "choices", "text": "texts", "Goto": "goto", "gto": "goto", "crads": "cards", "xyz": "", "": "", "casl": "call", "czzl": "", "cal": "call",
	} {
		if got := DidYouMean(in, names); got != want {
			t.Errorf("DidYouMean(%q) = %q, want %q", in, got, want)
		}
	}
	if got := DidYouMean("abcx", []string{"abcz", "abcy"}); got != "abcy" {
		t.Errorf("of equals %q", got)
	}
}
