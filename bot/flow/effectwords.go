package flow

import "hogushi/bot/match"

// This file holds the words by which people state the effect of a treatment; see effect.go. In English they are in small
// letters.

const (
	// affected is of what an effect is stated, becomes what becomes of it.
	affected = `(?:痛み|炎症|こり|こわばり|患部|損傷|緊張|張り|膝|ひざ|腰|肩|首|背中|手足|症状|関節|しびれ|血行|血流|めぐり|血の流れ|可動域|動き|動作|組織|細胞|軟骨|腱|靭帯|じん帯|違和感|だるさ|むくみ|眠り` +
		`|睡眠|神経|筋肉|筋膜|過敏|つらさ|不調|疲れ|治癒力|からだ|体|身体|歩|階段|暮らし|生活)`
	becomes = `(?:軽く(?:な[るりっ]|し[まて]|する|感じ|でき|$)|軽減|楽に(?:な[るりっ]|でき|動|過ごせ|送れ|歩け|暮らせ|$)|(?:やわら|和ら)[ぎぐいげ]|減[るりっらし]|減少|(?:取れ|とれ)[るまて]|取り除` +
		`|消え[るまて]|消失|(?:おさま|収ま|治ま|鎮ま|しずま)[るりっ]|(?:おさえ|抑え|しずめ|鎮め)(?:[るまて、]|ら)|(?:引|ひ)[くき](?:ます|ました|$|効)|すっと|緩和|なくな[るりっ]` +
		`|なくし(?:ます|てい)|取り去|和らい|鎮痛|やわらか|柔らか|しなやか|伸び[るまて]|薄れ|断[つち]|引き出|感じにくくな|改善|回復|修復|再生[しをがさす]` +
		`|(?:よく|良く)(?:な[るりっ]|し[まて]|する)|治[るりっせし]|ほぐ[れしす]|(?:ゆる|緩)[みむんめ]|広が[るりっ]|高め|(?:なめらか|スムーズ|元気)に|よみがえ|若返|解放され|半分に` +
		`|ようにな[りっ]|取り(?:もど|戻)せ)`
	// benefits say it of whatever a sentence is about, better where it names a treatment.
	benefits = `(?:効果(?:があり|[がは](?:高|大き)|が期待|的(?:で|な))|効き目が|治り(?:ます|まし)|よく動[きく]|効果を(?:発揮|実感)` +
		`|(?:よく|とても)?効(?:きます|く(?:治療|注射|方法)|いて(?:い|き))|(?:眠|歩け|動|上が|曲が|過ごせ|送れ|暮らせ)[^。、\n]{0,4}るようにな[りっ]` +
		`|痛みを(?:取|と)(?:る$|ります)|(?:回復|治り)(?:を(?:早|速)め(?:ます|る(?:治療|注射))|が(?:早|速)(?:まり|くなり)ます))`
	better = `(?:(?:楽に|よく|良く|軽く)なり(?:ます|まし)|治(?:り|し)ます|治ります)`

	affectedEnglish = `(?:pain|inflammation|stiffness|tightness|tension|knees?|back|shoulders?|joints?|symptoms?|numbness|blood flow` +
		`|circulation|range of motion|movement|moving|mobility|tissues?|cartilage|tendons?|ligaments?|nerves?|muscles?` +
		`|condition|suffering)`
	doesEnglish = `(?:eas(?:e|es|ing)|reliev(?:e|es|ing)|reduc(?:e|es|ing)|lessens?|soothes?|calm(?:s|ing)?|improv(?:e|es|ing)` +
		`|restor(?:e|es|ing)|strengthens?|speeds? up|gets? rid of|fights?|helps? with|repair(?:s|ing)?` +
		`|regenerat(?:e|es|ing)|heals?|cures?|loosens?|relax(?:es)?|removes?|takes? away)`
	becomesEnglish = `(?:go(?:es)? away|gets? better|improves?|improved|disappears?|fades?|vanish(?:es)?|lessens?|eases?` +
		`|(?:is|are|be) (?:reduced|relieved|eased|gone|repaired|restored|healed)` +
		`|becomes? (?:lighter|easier|less|better|softer)|become (?:lighter|easier|less|better)|feels? (?:better|lighter)` +
		`|heals?|recovers?|decreases?|subsides?|loosens?|relaxes|away|to heal)`
	benefitsEnglish = `(?:feel(?:s|ing)? (?:better|less pain|lighter)|less (?:pain|stiffness|numbness|swelling|tension)|an? improvement` +
		`|speeds? up (?:healing|recovery)|(?:quick|quicker|faster) (?:healing|recovery)|more (?:smoothly|easily|freely)` +
		`|pain relief (?:is|can be|may be) (?:expected|possible)|relief from|recovers? (?:faster|quicker|sooner)` +
		`|(?:life|live|living) without pain|pain[- ]free|works[.!]$|(?:walk|move|sleep|live)s? (?:more easily|better)` +
		`|works? (?:well|for)|(?:is|are|very|highly) effective|promot(?:es?|ing) (?:healing|recovery)|restores? )`
)

// stating are those of a sentence that states an effect, statingNamed of one that names a treatment, too.
var (
	stating        = match.Of(affected+`(?:[^。、！？\n]{0,4}[がをも]、)?[^。、！？\n]{0,12}?`+becomes, benefits)
	statingNamed   = match.Of(better)
	statingEnglish = match.Of(
		`\b`+doesEnglish+`\b[^.!?,;:\n]{0,30}\b`+affectedEnglish+`\b`,
		`\b`+affectedEnglish+`\b[^.!?,;:\n]{0,24}\b`+becomesEnglish+`\b`,
		`\b`+benefitsEnglish,
	)
)

// What stands around it, and states nothing:
var (
	// idleAfter is how a clause goes on that denies, asks, supposes, wishes, or speaks to some.
	idleAfter = match.Of(`ない|なけれ|なかっ|ません|ず[に、]|か(?:どうか|は|を|、|。|？|\?|も(?:、|を|お|ご)|$)|(?:^|[^は])[ただ]ら|なら|れば|とき|場合[はに、]|ても|として|まで|前に|よう(?:に[^な]|、|。|お|$)|た[いく]|ほし|願|祈|方法|(?:方|人)[はへにの]|てから|の(?:を[^助促]|は)|程度|個人差|違|と(?:いい|よい|良い)`)
	// idleNext is how the next clause begins that does so.
	idleNext = match.Of(`^」?と(?:は|い|よく|の|聞)[^。]*(?:ません|ない|か[、。？]|たずね)`)
	// idleBefore is what the pain is of that isn't the patient's.
	idleBefore = match.Of(`(?:注射|採血|針|麻酔|刺すとき|打つとき|検査|手術)の$`)
	// idleEnglish stands before it in its clause.
	idleEnglish = match.Of(`(?:\b(?:not|never|nor|cannot|without|neither|whether|if|when|until|unless|hope|how|ask|tell|will the|does|is once)\b|n['’]t\b)[^,;:]*$`)
)

// treatments are words of which one stands in a sentence that speaks of a treatment.
var treatments = []string{"注射", "治療", "施術", "再生医療", "injection", "treatment", "regenerative"}
