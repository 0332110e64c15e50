package understand

import (
	"crypto/sha256"
	_ "embed"
	"sync"
)

//go:embed route.model
var routeModel []byte

// Router is the model by which patients' texts are led to steps.
var Router = sync.OnceValue(func() *Model { return must(OpenModel(routeModel)) })

// Nothing is a Router that has learnt nothing: for learning, which must not need what was learnt before.
func Nothing() *Model { return &Model{entries: make([]byte, 8*slots(0)), index: map[string]int{}} }

//go:embed danger.model
var dangerBytes []byte

// dangerModel is the one that weighs texts for danger.
var dangerModel = sync.OnceValue(func() *Model { return must(OpenModel(dangerBytes)) })

// must is for what is built in: a test opens it.
func must(m *Model, err error) *Model {
	if err != nil {
		panic(err)
	}
	return m
}

// Learnt are the digests of the lessons that the models here were learnt from.
func Learnt() [][sha256.Size]byte {
	return [][sha256.Size]byte{Router().Digest, dangerModel().Digest, [sha256.Size]byte(glanceModel)}
}

// Warm builds all tables, so that the first patient doesn't wait for them. The models stay where they lie: their pages
// come into memory as they are used.
func Warm() {
	lexicon()
	readings()
	ideas()
	glances()
	dangerModel()
	Router()
}
