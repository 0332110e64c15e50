package text

import "testing"

func TestLanguage(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"I have chest pain": "en", "ｗｈｅｒｅ ａｒｅ ｙｏｕ？": "en", "it's getting worse!": "en", "can't breathe": "en", "café near you": "en",
		"PRP": "", "ok": "", "ok ok": "", "John": "", "help": "", "": "", "119": "", "A B C": "",
		"料金は": "", "料金はいくら": "ja", "PRPの料金": "", "PRPのりょうきん": "ja", "いたい": "ja", "ﾘｮｳｷﾝ": "ja", "how much のやつですか": "ja", "胸痛": "",
		"我胸口很痛": "", "가슴이 아파요": "", "chest 痛い痛い": "ja",
	} {
		if got := Language(s); got != want {
			t.Errorf("%q: got %q, want %q", s, got, want)
		}
	}
}
