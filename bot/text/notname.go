package text

import (
	"regexp"
	"strings"
	"unicode"
)

// notNames are whole answers that no one is called, as Fold sees them.
var notNames = func() map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(`はい いいえ いえ いや うん ううん ええ なぜ なんで どうして 何で やめる やめます やめとく やめときます 戻る もどる めにゅー きゃんせる
ない ありません 特になし 秘密 ひみつ 内緒 ないしょ 匿名 匿名希望 わからない 分からない 知らない 不明 します あります わかります 名前 なまえ 氏名 お名前 よろしく
です ok yes no none nothing menu cancel back stop help hello hi こんにちは こんばんは おはよう おはようございます ありがとう ありがとうございます すみません はじめまして
嫌 いやだ 嫌だ 無理 むり だめ 本人 自分 私 わたし
うーん うーむ んー えーと えっと ええと そうですね どうも どうぞ もちろん なるほど ごめん ごめんなさい すいません さようなら おやすみ おやすみなさい バイバイ またね またあとで
まって まってて またあした 今度 また今度 さっき 後で あとで いまは 今は 今日 明日 昨日 いつでも どこ だれ 誰 なに 何時
希望します 希望する さん さま 様 くん ちゃん 代理 代わり かわり 代筆 予約 わからん わがんね わがんねえ わかんない しらん 知らん
する した しない できない やめ 中止 終了 削除 修正 訂正 変更 確認 送信 次 つぎ 次へ 前へ 続き つづき もう一度 最初から 初めから ホーム トップ ヘルプ テスト test
ください 下さい 教えて 助けて たすけて 家族 夫 妻 主人 家内 息子 長男 長女 友人 知人 患者 匿名です 仮名 ニックネーム 苗字 名字 みょうじ 下の名前 住所 生年月日 年齢 性別 男 女 男性 女性
メール line らいん ライン 電話 でんわ tel fax 受付 先生 医師 看護師 スタッフ 担当者 クリニック 病院 朝 昼 夜 夕方 夕方以降 午後 午前 平日 土日 土曜 日曜 月曜日 火曜日 水曜日 木曜日 金曜日 土曜日 日曜日
腰 膝 肩 肩こり 腰痛 頭痛 薬 注射 検査 手術 保険 値段 場所 地図 駐車場 営業時間 診療時間 再生医療 慢性痛 prp エクソソーム やけど ok おけ りょうかい`) {
		m[Fold(w)] = true
	}
	return m
}()

var (
	// Endings and words that only sentences have. Each was weighed against names in kana:
	// ました would reject やました, ます すずきます, したい よしたいちろう, ますか ますかわ,
	// いいたく いいたくみ, なのか 田中なのか.
	sentenceEnd  = regexp.MustCompile(`(?:ですか|ますか|でしょうか|くださいね?|下さい|でした|ません|たくない|たくありません|かもしれない|思う|思います)$`)
	sentenceWord = regexp.MustCompile(`言いたく|いいたくな|教えて|おしえて|教えたく|について|知りたい|なければ|って何|とは何|痛(?:[^井]|$)|個人情報|必要|電話番号|予約|嫌です|無理です|診察|治療|病院|先生に|なぜ[^\s]+|どうして[^\s]|(?i:https?:|www\.)`)
	// Words of this conversation that no name contains.
	sentenceTopic = regexp.MustCompile(`電話|連絡|名前|なまえ|こと[がをで]|が(?:ある|いる|あり)|相談|問い?合わ?せ|料金|費用|無料|有料|値段|保険|午[前後](?:[^ ]|$| [^\p{Han}]| .*[0-9時頃中降可能曜希望])|救急|匿名|名字|苗字|同意|了解|承知|返事|返信|質問|時間|お願い|おねがい|メニュー|キャンセル|リハビリ|再生医療|(?i:\bline)(?:で|に|の|は|から|$)|[いきぎしちにみりえけめれべせ]方(?:$|[はをが])|困|さようなら|ありがと|ございま|すみません|\p{Han}から(?:$|[がはで])|^[0-9]+ ?(?:歳|才|さい)$`)
	// Turns of speech at the beginning, the end, in the middle.
	sentenceTurn = regexp.MustCompile(`^(?:ちょっと|なんで|なんぼ|いくら|どうやって|どうすれば|あとで|後で|さっき|先ほど|さきほど|もう少し|もう一度|それより|(?:これ|それ|あれ|ここ|そこ)(?:は|って|が[^ぁ-ん])|` + relations + `(?:の|は)(?:こと|代わり|代理|分|予定))|\p{Han}(?:って|った|って[いた]る|っと)$|(?:[でがも]|[ぁ-ん]て)(?:いい|ええ|よい|良い)(?:です|よ|ね|な|わ)*$|[いるたな]ので|[いるだ]から$|の` + relations + `$|ている$|[てで]います$|\p{Han}[いっ]て(?:る|ます)$|だめ(?:なの)?$|\p{Han}しい$|\p{Han}[がを][\p{Han}\p{Hiragana}]*(?:ない|ねえ|ん)$`)
	// A verb in kanji with its ending: 行きます, 忘れました, 聞きたい, 腰がつらい.
	sentenceVerb = regexp.MustCompile(`\p{Han}[いきしちにみりえけせてねめれぎびべ]{1,2}(?:ます|ました|たい)(?:が|ね|よ|ので|けど|[、 ]|$)|\p{Han}(?:が|を)\p{Hiragana}+(?:い|る|す)$`)
	// Can, My, The, How are names too: one of them alone says nothing.
	sentenceEn     = regexp.MustCompile(`(?i)\b(?:what|why|please|don['’]?t)\b`)
	sentenceEnWeak = regexp.MustCompile(`(?i)\b(?:how|who|when|where|want|can|is|the|my|not|need|prefer|you)\b`)
)

// notBare are the things talked about, as Bare sees them, and the words that move a chat.
var notBare = func() map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(`やめる 止める 辞める 戻る もどる 送る おくる 待つ 見る 行く 知らない 使う 呼ぶ 取り消す 消す 終わる おわる 始める はじめる 続ける つづける 進む わかる 分かる
わかった 分かった 了解した 承知した かしこまった 了解 りょうかい 承知 同意 どうい 賛成 拒否 お願い おねがい よろしく キャンセル`) {
		m[Bare(w)] = true
	}
	return m
}()

// sentence: t is something else than a name, beyond doubt.
func sentence(t string) bool {
	if notNames[Fold(t)] || notBare[Bare(t)] {
		return true
	}
	if sentenceEnd.MatchString(t) || sentenceWord.MatchString(t) || sentenceTopic.MatchString(t) || sentenceTurn.MatchString(t) || sentenceVerb.MatchString(t) || sentenceEn.MatchString(t) || len(sentenceEnWeak.FindAllString(t, 2)) > 1 {
		return true
	}
	if speech(t) {
		return true
	}
	kanji, kana := 0, 0
	for _, r := range t {
		switch {
		case unicode.Is(unicode.Han, r):
			kanji++
		case unicode.Is(unicode.Hiragana, r):
			kana++
		}
	}
	return kanji > 0 && kana > 10 && !strings.ContainsAny(t, " (")
}
