package understand

import "testing"

// After a wish to die, what says little alone says that it is being done.
func TestGuardAfterCrisis(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"たくさん薬を飲んだ", "もう薬を飲みました", "もう飲んだ", "全部のみました", "今、橋の上", "橋の上", "屋上です", "いま駅に着いた", "海に来ています", "線路の前",
		"もう準備しました", "準備はできています", "覚悟はできた", "さよなら、みんな", "さようなら", "もう手遅れです", "切りました", "今から行きます", "これで最後です", "薬を多めに飲んだ", "薬いっぱい飲みます",
	} {
		for _, earlier := range []string{"死にたい", "もう消えてしまいたい", "生きていたくない"} {
			if got := GuardJoined(Guard(earlier).Cues, text); got.Alarm != CrisisNow {
				t.Errorf("%q then %q: got %v, want %v (cues %v)", earlier, text, got.Alarm, CrisisNow, got.Cues)
			}
		}
		if got := GuardJoined(AfterCrisis(), text); got.Alarm != CrisisNow {
			t.Errorf("after a crisis, %q: got %v, want %v (cues %v)", text, got.Alarm, CrisisNow, got.Cues)
		}
	}
	// An alarm does not repeat, and not every word is a deed.
	for _, text := range []string{"ありがとう", "料金はいくらですか", "はい", "少し落ち着きました", "電話してみます", "ロキソニンを飲んだけど効きません", "腰が痛いです", "駅から近いですか"} {
		if got := GuardJoined(AfterCrisis(), text); got.Alarm != Calm {
			t.Errorf("after a crisis, %q: got %v, want %v (%s)", text, got.Alarm, Calm, got.Why())
		}
	}
}

// Medicine in one bubble, how much of it in the next.
func TestGuardJoinedMedicine(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		earlier, text string
		want          Alarm
	}{
		{"薬のことです", "多めに飲んだ", Today},
		{"痛み止めなんですが", "いっぱい飲んじゃいました", Emergency},
		{"たくさん飲んだ", "薬を", Emergency},
		{"薬を飲んでいます", "水をたくさん飲みました", Calm},
		{"こんにちは", "多めに飲んだ", Calm},
	} {
		if got := GuardJoined(Guard(c.earlier).Cues, c.text); got.Alarm != c.want {
			t.Errorf("%q then %q: got %v, want %v (%s)", c.earlier, c.text, got.Alarm, c.want, got.Why())
		}
	}
}
