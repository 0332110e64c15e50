package config

import "testing"

// TestExtremes: every fact has a value of its form; what is always known stays.
func TestExtremes(t *testing.T) {
	t.Parallel()
	s, _ := Load(Dir(""))
	none, all := Extremes(s.Clinic)
	for name := range s.Clinic {
		if all[name] == "" {
			t.Errorf("%s has no value", name)
		}
	}
	if none["clinic.phone"] != s.Clinic["clinic.phone"] || none["clinic.mail"] != "" || len(none) != len(all) || len(all) != len(s.Clinic) {
		t.Error("nothing but name and phone is always known")
	}
}
