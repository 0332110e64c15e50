package config

import (
	"fmt"
	"slices"

	"hogushi/bot/schema"
)

// fact is one of the clinic's, as clinic.yaml may hold it.
type fact struct {
	key   string // a section's behind its name and a dot
	form  form
	about string // for staff, as in clinic.yaml
}

// clinicFacts are all of them, in the order of the file.
var clinicFacts = slices.Concat([]fact{
	{"name", line(short), "クリニック名。届け出ている名前をそのまま"},
	{"phone", phone, "代表電話。ハイフン入りの半角数字"},
	{"mail", mail, "問い合わせ用メールアドレス"},
	{"web", page("http", "https"), "ウェブサイトのURL"},
	{"line_url", page("https"), "LINEの友だち登録のページ"},
	{"area", line(short), "地域。短く"},
	{"address", line(short), "所在地。郵便番号から、建物名・階まで"},
	{"corporate_name", line(short), "開設者（法人名など）。届け出ている名前をそのまま"},
	{"director", line(short), "管理者（院長）の氏名"},
	{"departments", line(short), "標榜診療科名。届け出ているものだけを「、」で区切る"},
	{"phone_hours", line(short), "電話の受付時間。例の形「平日 ○時〜○時」"},
	{"reply_within", line(short), "ご連絡の希望に返事をするまでの目安。例の形「2営業日以内」"},
	{"line_chat", oneOf("はい", "いいえ"), "LINEのトークで職員が患者さんに返事をするか。はい / いいえ（公式アカウントの応答設定で「チャット」がオンのときだけ「はい」）"},
	{"pain_service_new", oneOf("はい", "いいえ"), "「ペイン外来」を新しく始めたと今も言ってよいか。はい / いいえ"},
	{"updated", day, "ここに書いた内容を最後に見直した日。例の形 \"2026-11-22\""},

	{"access.station", line(short), "最寄り駅と出口。例の形「○○線 ○○駅 ○番出口」"},
	{"access.walk", line(short), "駅からの歩く時間。例の形「徒歩○分」"},
	{"access.map_url", page("https"), "地図のURL。https で始まるもの"},
	{"access.parking", line(short), "駐車場。あり / なし と台数、近くの駐車場など"},
	{"access.barrier_free", line(short), "段差・エレベーター・車いすについて。短い文"},
	{"access.floor", line(short), "何階か。例の形「○階」"},

	{"hours.monday", hours, "月曜日"}, {"hours.tuesday", hours, "火曜日"}, {"hours.wednesday", hours, "水曜日"}, {"hours.thursday", hours, "木曜日"},
	{"hours.friday", hours, "金曜日"}, {"hours.saturday", hours, "土曜日"}, {"hours.sunday", hours, "日曜日"}, {"hours.holidays", hours, "祝日"},
	{"hours.summary", line(short), "会話にそのまま出す、一行のまとめ"},
	{"hours.closed", line(short), "休診日。例の形「○曜、祝日」"},
	{"hours.pain_days", line(short), "痛みの診療をしている曜日と時間"},
	{"hours.reservation", line(short), "予約のきまり。例の形「予約制」など、短い文"},
	{"hours.change", line(short), "予約の変更・取り消しのきまり。いつまでに、どうやって"},
	{"hours.cancel_fee", price, "キャンセル料。有無と金額（税込）"},
}, doctors(), []fact{
	{"doctors.female", line(short), "女性の医師がいるか。いる場合は曜日も"},
}, treatment("prp"), []fact{
	{"prp.plan_name", line(short), "再生医療等提供計画の名称"},
	{"prp.plan_class", oneOf("第一種", "第二種", "第三種"), "第何種か。第一種 / 第二種 / 第三種"},
	{"prp.plan_number", planNumber, "計画番号。P・A〜Cの一文字・数字7桁の形"},
	{"prp.committee", line(short), "審査した認定再生医療等委員会の名称"},
	{"prp.kit", line(short), "使うキットの名前"},
	{"prp.kit_approval", line(short), "キットの国内での承認の状況と、承認どおりの使い方かどうか"},
	{"prp.supply_route", line(short), "入手経路など"},
	{"prp.domestic_alternative", line(short), "同じ成分・性能の国内承認品の有無"},
	{"prp.overseas_safety", line(short), "諸外国における安全性などの情報"},
	{"prp.relief", line(short), "公的な救済制度についての文"},
}, treatment("exosome"), []fact{
	{"exosome.origin", line(short), "何の細胞に由来するか。細胞の種類と提供者（ドナー）"},
	{"exosome.maker", line(short), "製造元"},
	{"exosome.country", line(short), "製造国"},
	{"exosome.supply_route", line(short), "入手経路。個人輸入 / 国内の製造所の名前など"},
	{"exosome.approval_status", line(short), "国内での承認の状況。未承認であることを書く"},
	{"exosome.domestic_alternative", line(short), "同じ成分・性能の国内承認品の有無"},
	{"exosome.overseas_safety", line(short), "諸外国における安全性などの情報"},
	{"exosome.relief", line(short), "公的な救済制度の対象にならないことを伝える文"},
}, treatment("trigger_point_injection"), []fact{
	{"emergency.after_injection_phone", phone, "注射のあとに具合が悪くなった方がかける番号。ハイフン入りの半角数字"},
	{"emergency.night_phone", phone, "夜間・休日の連絡先。ハイフン入りの半角数字"},
	{"emergency.partner_hospital", line(short), "連携している病院の名前"},

	{"privacy.responsible", line(short), "個人情報の管理責任者。役職と氏名"},
	{"privacy.retention_days", days, "連絡が済んでから、保存しておく日数。半角数字だけ"},
	{"privacy.processors", line(short), "預け先（サーバー会社、LINEの運用会社など）。「、」で区切る"},
	{"privacy.deletion_days", days, "「消してほしい」と言われてから消すまでの日数。半角数字だけ"},
	{"privacy.policy_url", page("https"), "個人情報の方針（プライバシーポリシー）のURL。https で始まるもの"},
	{"privacy.policy_version", day, "その方針の版。日付の形 \"2026-11-22\""},
	{"privacy.complaints", line(short), "苦情・相談の窓口。部署名と電話番号"},

	{"languages.supported", line(short), "日本語のほかに話せる言葉。「、」で区切る"},
	{"languages.days", line(short), "話せる人がいる曜日と時間"},

	{"payment.cards", line(short), "使えるカードの種類。使えないときは「使えません」"},
	{"payment.instalments", line(short), "分割払い。可 / 不可 と条件"},
	{"payment.other", line(short), "そのほか（現金、QR決済など）"},

	{"approval.by", line(short), "確認した人。役職と氏名"},
	{"approval.on", day, "確認した日。日付の形 \"2026-11-22\""},
	{"approval.next_review", day, "次に見直す日（法律と相談電話の時間は、少なくとも半年ごと）。日付の形 \"2026-11-22\""},
})

// sections are the first parts of the keys.
var sections = schema.Words{
	{"access", "行き方"},
	{"hours", "診療時間。例の形「9:00〜12:00、14:00〜18:00」。休みの日は「休診」"},
	{"doctors", "医師。本人の了承を得てから書く。3人目からは同じ形で _3 を足す"},
	{"prp", "PRP（多血小板血漿）"},
	{"exosome", "エクソソーム"},
	{"trigger_point_injection", "トリガーポイント注射"},
	{"emergency", "急ぎのとき（119 や #7119 は hotlines.yaml にある）"},
	{"privacy", "個人情報。連絡の受付の同意文に関わるので、公開前に必ず決める"},
	{"languages", "言葉"},
	{"payment", "お支払い"},
	{"approval", "文章の確認"},
}

// maxDoctors is how many doctors there can be, doctorFile how many are known even when the
// file names none.
const (
	maxDoctors = 9
	doctorFile = 2
)

func doctors() (out []fact) {
	for n := range maxDoctors {
		key := func(name string) string { return fmt.Sprintf("doctors.%s_%d", name, n+1) }
		out = append(out, fact{key("name"), line(short), "氏名"},
			fact{key("title"), line(short), "資格名と、認定した団体名。両方を正式な名前で"},
			fact{key("certified_by"), line(short), "資格を認定した団体の、正式な名前"},
			fact{key("employment"), oneOf("常勤", "非常勤"), "常勤 / 非常勤"},
			fact{key("days"), line(short), "診療する曜日と時間"},
			fact{key("consent"), consent, "載せてよいという本人の了承。「了承済み 年-月-日」の形"})
	}
	return out
}

// beside are the facts that must stand beside a doctor's name.
var beside = []string{"title", "certified_by", "employment", "consent"}

func treatment(name string) []fact {
	return []fact{
		{name + ".content", line(long), "治療の内容と、対象にする部位。短い文"},
		{name + ".insurance", insurance, "「自由診療（公的医療保険は使えません）」か「保険診療」"},
		{name + ".price", priceWanted, "標準的な費用。税込の総額を、例の形「55,000円（税込）」"},
		{name + ".extra_fees", price, "別にかかる費用（採血、検査、診察など）。税込"},
		{name + ".sessions", line(short), "標準的な回数。例の形「○回」「○〜○回」"},
		{name + ".interval", line(short), "間隔。例の形「○週間おき」"},
		{name + ".period", line(short), "治療の期間。例の形「約○か月」"},
		{name + ".duration", line(short), "一回の所要時間。例の形「約○分」"},
		{name + ".anaesthesia", line(short), "麻酔の有無と種類"},
		{name + ".aftercare", line(long), "治療後の過ごし方（入浴、飲酒、運動、運転など）"},
		{name + ".risks", line(long), "主なリスク・副作用。効果と同じ大きさで必ず出す文"},
		{name + ".not_for", line(long), "受けられない方"},
	}
}

// needed are the facts that must be set.
var needed = []string{"name", "phone"}
