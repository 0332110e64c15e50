package linetest

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// sample is one reply with the kinds of messages that a bot mostly sends.
var sample = []string{
	with(textMsg("こんにちは。\n今日はどうされましたか？"), `"sender":{"name":"受付"}`),
	strings.Replace(buttons(`"title":"診療のご案内","text":"選んでください","thumbnailImageUrl":"https://example.jp/a.png"`,
		postback("診療時間", "h", "")+`,{"type":"uri","label":"電話する","uri":"tel:03-1234-5678"},{"type":"uri","label":"ウェブサイト","uri":"https://example.jp/"},{"type":"clipboard","label":"住所を写す","clipboardText":"東京都\n千代田区"}`),
		`"altText":"a"`, `"altText":"ご案内"`, 1),
	carousel(column(`"title":"PRP","text":"血小板を使います"`, postback("詳しく", "prp", "")), column(`"title":"エクソソーム","text":"二行の\n説明です"`, postback("もっと詳しく", "exo", ""))),
	flexMsg(`{"type":"bubble","header":{"type":"box","layout":"vertical","contents":[{"type":"text","text":"ご確認"}]},"body":{"type":"box","layout":"vertical","contents":[` +
		`{"type":"box","layout":"horizontal","contents":[{"type":"text","text":"お名前"},{"type":"text","text":"山田"}]},{"type":"separator"},` +
		`{"type":"box","layout":"baseline","contents":[{"type":"text","text":"お電話"},{"type":"text","contents":[{"type":"span","text":"090-"},{"type":"span","text":"0000-0000"}]}]},{"type":"text","text":"以上で送ります"}]},` +
		`"footer":{"type":"box","layout":"vertical","contents":[{"type":"button","action":` + postback("送る", "send", "") + `}]}}`),
	with(tmpl(`{"type":"confirm","text":"よろしいですか？","actions":[`+say+`,{"type":"message","label":"いいえ","text":"いいえ"}]}`),
		`"quickReply":`+strings.TrimSuffix(strings.SplitN(quick(picker(`"mode":"date","min":"2026-11-23","max":"2027-02-22"`)+","+joined(11, postback("👨‍👩‍👧‍👦ご家族のこと", "f", ""))), `"quickReply":`, 2)[1], "}")),
}

func TestRender(t *testing.T) {
	t.Parallel()
	for name, messages := range map[string][]string{
		"reply": sample,
		"text":  {textMsg("一行だけ")},
		"quick": {quick(say + "," + picker(`"mode":"time"`))},
		"others": {`{"type":"sticker","packageId":"446","stickerId":"1988"}`, `{"type":"image","originalContentUrl":"https://example.jp/a.png","previewImageUrl":"https://example.jp/b.png"}`,
			`{"type":"location","title":"ほぐし診療所","address":"東京都千代田区","latitude":35.6,"longitude":139.7}`,
			tmpl(`{"type":"image_carousel","columns":[{"imageUrl":"https://example.jp/1.png","action":` + uri("https://example.jp/") + `},{"imageUrl":"https://example.jp/2.png","action":{"type":"uri","uri":"tel:%237119"}}]}`),
			flexMsg(`{"type":"carousel","contents":[` + body(`{"type":"text","text":"一枚目"}`) + "," + body(`{"type":"text","text":"押せる文","action":{"type":"postback","data":"d"}}`) + `]}`)},
		"empty": {},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			raw, found := checkMessages(json.RawMessage("[" + strings.Join(messages, ",") + "]"))
			if len(messages) > 0 && len(found) > 0 {
				t.Fatal(found)
			}
			got := Render(parseMessages(raw))
			file := filepath.Join("testdata", name+".golden")
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(string(want), got); d != "" {
				t.Error(d)
			}
		})
	}
}

// TestRenderNumbers: the numbers are those of Received.Choices.
func TestRenderNumbers(t *testing.T) {
	t.Parallel()
	raw, _ := checkMessages(json.RawMessage("[" + strings.Join(sample, ",") + "]"))
	m := parseMessages(raw)
	shown, at := Render(m), 0
	for i, c := range choices(m) {
		n := strings.Index(shown[at:], fmt.Sprintf("[%d] ", i+1))
		if n < 0 {
			t.Fatalf("[%d] is not shown behind byte %d", i+1, at)
		}
		at += n
		if rest := strings.TrimLeft(shown[at+len(fmt.Sprintf("[%d]", i+1)):], " "); !strings.HasPrefix(rest, c.Label) {
			t.Errorf("[%d] is %.30q, want %s", i+1, rest, c.Label)
		}
	}
}
