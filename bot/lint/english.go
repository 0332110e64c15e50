package lint

import "regexp"

// english are the words of the rules in English, in small letters, as the flows are said to patients who read no
// Japanese. What is denied in the same sentence is none: “we cannot promise that it will cure you”.
var english = map[string]string{
	"ad-certain":      `100% effective|\b(?:been|clinically|scientifically|medically) proven\b|\bproven (?:to|effective|results?)\b|works for everyone|pain will (?:disappear|vanish|be gone)|\b(?:will|is going to|certain to|sure to) (?:cure|heal|end|stop|remove|eliminate) (?:your |the |all )?pain|\b(?:always|definitely|certainly|surely) (?:work|help|relieve|improve|cure|heal)`,
	"ad-cure":         `\bcure[sd]?\b|complete(?:ly)? (?:cure|recover|heal|relief)|permanent(?:ly)? (?:relief|cure|pain|free)|pain[- ]free (?:for|life)|never come back|forever free`,
	"ad-safe":         `\b(?:completely|absolutely|perfectly|totally|100%) safe\b|\bsafe and (?:effective|secure)|\bsafe (?:treatment|injection|method|therapy)|\bpainless|\bno (?:side effects|risks?|downtime)\b|\brisk[- ]free|without (?:any )?(?:side effects|risks?)\b`,
	"ad-superlative":  `\bthe (?:best|finest|leading|top|only) (?:clinic|doctor|hospital|specialist|treatment|care|results?)|\b(?:japan|tokyo|asia|world)['’]s (?:best|leading|top|first|only|largest|finest)|\b(?:leading|top|world[- ]class|renowned|unrivalled|number one|no\. ?1|famous) (?:clinic|doctor|specialist|expert|hospital)|\bworld[- ]class\b|better than (?:other|any|elsewhere)`,
	"ad-wonder":       `cutting[- ]edge|state[- ]of[- ]the[- ]art|breakthrough|revolutionary|groundbreaking|ground-breaking|miracle|magical|instant(?:ly)? (?:relief|relieve|cure)|the latest (?:treatment|technology|medicine|medical|method)|anti-ag(?:e?ing)|rejuvenat`,
	"ad-approved":     `\b(?:approved|certified|recommended|endorsed|recognised|recognized) by (?:the )?(?:japanese )?(?:government|ministry|state|nation|fda)`,
	"ad-testimonial":  `testimonials?\b|\b(?:patient|customer) (?:reviews?|voices?|stories)|(?:satisfaction|success|improvement) rate|[0-9] ?% of (?:our )?patients`,
	"ad-before-after": `before[- ](?:and|&)[- ]after (?:photo|picture|image|case|result)`,
	"ad-bargain":      `[0-9] ?% off\b|\bdiscount|limited[- ]time|special (?:offer|price)|free (?:trial|counselling|counseling|consultation|gift)|coupon|money[- ]back|\bcampaign`,
	"ad-fear":         `before it is too late|book now|act now`,
	"ad-fame":         `\bcelebrit|as seen on (?:tv|television)|famous (?:people|athletes)|professional athletes (?:use|choose|come)`,
	"ad-root":         `(?:treats?|cures?|heals?|removes?) the root (?:cause)?|your own blood,? so|because it is your own blood|\b(?:regenerates?|repairs?) (?:tissue|cartilage|nerves?|cells?)\b|(?:cured?|healed|treated|better|pain[- ]free) without surgery`,
	"ad-diagnosis":    `\byou (?:probably |surely )?have (?:a )?(?:hernia|herniated|stenosis|arthritis|sciatica|fibromyalgia)|\b(?:stop|reduce) taking your (?:medicine|medication|tablets|pills)`,
	"ad-guarantee":    `\bguarantee(?:s|d)?\b|\bwe promise`,
	"ad-centre":       `(?:regenerative medicine|pain|exosome|prp) (?:centre|center|institute)\b`,
	"ad-compliance":   `compl(?:y|ies|iant) with the (?:medical )?advertising guidelines`,
}

// denied stands before what is denied, in the same sentence.
var denied = regexp.MustCompile(`(?:\b(?:not|never|nor|cannot|without|neither|whether)\b|n['’]t\b)[^.!?,;:–—\n]{0,60}$`)

// affirmed is what denies nothing of what follows: “not only”, “you do not need surgery”, “it never fails and”.
var affirmed = regexp.MustCompile(`^not only|\bneed|\band\b|\bfails?\b|\bworry\b`)

// withEnglish adds the words in English to rules.
func withEnglish(rules []Rule) []Rule {
	for i := range rules {
		f := words(english[rules[i].Name])
		f.english = true
		rules[i].finds = append(rules[i].finds, f)
	}
	return rules
}
