package config

import "hogushi/bot/diag"

// Rules are those of the configuration's own. An example is a file: "-- NAME --", or
// clinic.yaml beside a name and a telephone number; or a "text" for patients.
func Rules() []diag.Rule {
	rule := func(name, ja, en, bad, good string) diag.Rule {
		return diag.Rule{Name: name, Why: diag.Text{JA: ja, EN: en}, Bad: bad, Good: good}
	}
	warned := func(name, ja, en, bad, good string) diag.Rule {
		r := rule(name, ja, en, bad, good)
		r.Severity = diag.Warning
		return r
	}
	return []diag.Rule{
		rule("missing-fact", "クリニックの名前と電話番号は、困ったときの返事にいつも要ります。", "the clinic's name and telephone number are always needed", "-- clinic.yaml --\nname: 例クリニック\nphone:", "-- clinic.yaml --\nname: 例クリニック\nphone: 0120-774-665"),
		rule("fact-form", "電話番号や料金の形がくずれていると、そのまま患者さんに届いてしまいます。", "a fact of the wrong form would reach patients as it is", "hours:\n  monday: 9時から", "hours:\n  monday: 9:00〜12:00"),
		rule("doctor-facts", "医師の名前を載せるときは、資格と認定した団体、常勤か非常勤か、本人の了承が要ります（医療広告ガイドライン）。", "a doctor's name wants title, certifying body, employment and consent beside it (医療広告ガイドライン)", "doctors:\n  name_1: 山田 花子\n  title_1: 脳神経外科専門医\n  certified_by_1: 日本脳神経外科学会\n  employment_1: 常勤", "doctors:\n  name_1: 山田 花子\n  title_1: 脳神経外科専門医\n  certified_by_1: 日本脳神経外科学会\n  employment_1: 常勤\n  consent_1: 了承済み 2026-11-22"),
		rule("channel-form", "この名前は、保存されるデータの名前の一部になります。", "the name is part of every key of the store", "-- hogushi.yaml --\nchannel: メイン", "-- hogushi.yaml --\nchannel: main"),
		rule("unfilled", "空の情報について聞かれると、案内は「お電話でご確認ください」としか答えられません（check --release のときだけ調べます）。", "asked for it, the bot can only say that the clinic is to be called (only with check --release)", "address:", "address: 東京都港区"),
		rule("unchecked-hotline", "つながらない相談電話を案内するわけにはいきません。番号や時間は変わります（check --release のときだけ調べます）。", "numbers and hours of others change (only with check --release)", "-- hotlines.yaml --\n- {key: tokyo-7119, name: 救急相談センター, number: \"#7119\", checked: }", "-- hotlines.yaml --\n- {key: tokyo-7119, name: 救急相談センター, number: \"#7119\", checked: 2026-11-20}"),
		rule("unknown-hotline", "番号を一つ打ちまちがえただけで、命にかかわる電話がつながりません。案内が話す相談電話は、一覧（hotlines.yaml）で確かめたものだけです。", "one wrong digit and a call for life doesn't get through: only numbers of hotlines.yaml are told", "-- text --\n迷うときは #7118 へ。", "-- text --\n迷うときは #7119 へ。"),
		warned("typed-phone", "じかに書いた電話番号は、番号が変わったとき、直し忘れます。", "a number that is written out is forgotten when it changes", "-- text --\nお電話は 0120-774-665 です。", "-- text --\nお電話は {{clinic.phone}} です。"),
		rule("review-due", "法律も電話の時間も変わるので、少なくとも半年ごとに全部を見直します（check --release のときだけ調べます）。", "law and hours change; everything is looked at again within half a year (only with check --release)", "approval:\n  next_review: 2026-05-01", "approval:\n  next_review: 2027-05-01"),
		rule("wrong-value", "決められた言葉のほかは、働きません。", "only certain words have an effect", "-- hogushi.yaml --\nchannel: main\nunknown: silent", "-- hogushi.yaml --\nchannel: main\nunknown: quiet"),
	}
}
