package flow

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"image"
	_ "image/jpeg"
	_ "image/png"
	"io/fs"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	"hogushi/bot/diag"
	"hogushi/bot/source"
	"hogushi/bot/text"
)

// ImageDir is the directory below that of the flows in which pictures lie.
const ImageDir = "images"

// What LINE shows in a Flex bubble (R#f-image): 1024 pixels each way, three times as high as wide at the most; of the
// bytes it advises one megabyte.
const (
	maxImage  = 1 << 20
	maxPixels = 1024
	maxTall   = 3 // heights of a width
	maxAlt    = 400
	maxImages = 4 << 20 // bytes of all together: they go live with the flows
)

// Image is a picture of a file in ImageDir.
type Image struct {
	Name          string
	Type          string // "image/png", "image/jpeg"
	Width, Height int    // in pixels
	Hash          string // of the bytes
	Data          []byte
}

// Picture is an image as a step shows it. Alt says the same in words: LINE reads it aloud, and writes it into
// notifications.
type Picture struct {
	*Image
	Alt string
}

// Address is where an image is had from: base is that of the bot. A changed picture has another address.
func (i *Image) Address(base string) string {
	return base + "/" + ImageDir + "/" + url.PathEscape(i.Name) + "?v=" + i.Hash
}

// Image finds an image by its name, nil if there is none.
func (p *Program) Image(name string) *Image {
	i := slices.IndexFunc(p.Images, func(i *Image) bool { return i.Name == name })
	if i < 0 {
		return nil
	}
	return p.Images[i]
}

// Picture is what the step shows before what it says, nil if nothing. With a text that stands in there is none: it may
// show what can't be said.
func (s *Step) Picture() *Picture {
	if s.StoodIn {
		return nil
	}
	return s.Image
}

// imageForm is how the file of an image is named: it becomes part of an address.
var imageForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,59}\.(?:png|jpg|jpeg)$`)

// imageFile is a file of ImageDir as it was read.
type imageFile struct {
	name  string
	image *Image    // nil: it can't be shown, because of
	wrong diag.Text // this
	much  bool      // there is no room for it
}

// images reads ImageDir. It is no error that it isn't there.
func images(dir fs.FS) (files []imageFile) {
	left := maxImages
	entries, _ := fs.ReadDir(dir, ImageDir)
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") || e.IsDir() {
			continue
		}
		f := imageFile{name: e.Name()}
		if f.image, f.wrong = readImage(dir, f.name); f.image != nil {
			if left -= len(f.image.Data); left < 0 {
				f.image, f.wrong, f.much = nil, diag.T("画像は、ぜんぶで%dメガバイトまでです。使わないものを消すか、縮めてください。", "all images together have at most %d MB: remove some, or make them smaller", maxImages>>20), true
			}
		}
		files = append(files, f)
	}
	return files
}

func readImage(dir fs.FS, name string) (*Image, diag.Text) {
	if !imageForm.MatchString(name) {
		return nil, diag.T("ファイル名は、半角の英数字と「-」「_」に「.png」か「.jpg」を付けた形にしてください。", "its name must be of plain letters, digits, - and _, and end in .png or .jpg")
	}
	file := path.Join(ImageDir, name)
	if info, err := fs.Stat(dir, file); err == nil && info.Size() > maxImage {
		return nil, diag.T("大きすぎます（%dキロバイト）。%dキロバイトまでに縮めてください。", "it is too large (%d kB); at most %d kB", info.Size()>>10, maxImage>>10)
	}
	data, err := fs.ReadFile(dir, file)
	if err != nil {
		return nil, diag.T("ファイルを開けません。", "it can't be opened")
	}
	c, kind, err := image.DecodeConfig(bytes.NewReader(data))
	switch {
	case err != nil:
		return nil, diag.T("PNGかJPEGの画像ではありません。", "it is neither a PNG nor a JPEG")
	case !whole(data, kind):
		return nil, diag.T("途中で切れています。もう一度書き出して、置きなおしてください。", "it is cut off: save it anew")
	case c.Width > maxPixels || c.Height > maxPixels:
		return nil, diag.T("縦も横も%dピクセルまでにしてください（いま横%d、縦%d）。", "at most %d pixels each way (this one is %d wide, %d high)", maxPixels, c.Width, c.Height)
	case c.Width < 1 || c.Height < 1 || c.Height > maxTall*c.Width:
		return nil, diag.T("縦に長すぎます。縦は、横の%d倍までです（いま横%d、縦%d）。", "it is too high: at most %d times its width (this one is %d wide, %d high)", maxTall, c.Width, c.Height)
	}
	sum := sha256.Sum256(data)
	return &Image{Name: name, Type: "image/" + kind, Width: c.Width, Height: c.Height, Hash: hex.EncodeToString(sum[:4]), Data: data}, diag.Text{}
}

// whole says whether the data go on to the end of the picture. In those of a JPEG 0xff stands for itself nowhere.
func whole(data []byte, kind string) bool {
	if kind == "png" {
		return bytes.Contains(data, []byte("IEND"))
	}
	scan := bytes.LastIndex(data, []byte{0xff, 0xda}) // before it there may be a thumbnail
	return scan >= 0 && bytes.Contains(data[scan:], []byte{0xff, 0xd9})
}

// picture reads the image of a step.
func (c *compiler) picture(s *Step, n *source.Node) {
	if n == nil || !c.want(n, source.Map, "「image:」には「{file: 名前.png, alt: 画像の説明}」のように書きます。", "image: is written {file: NAME.png, alt: WHAT IT SHOWS}") {
		return
	}
	c.keys(n, imageKeys)
	file, alt := c.need(n, "file"), c.need(n, "alt")
	if alt.text != "" {
		c.visible(s, n.Get("alt"), false) // no effect is stated by a picture: nobody can check it
	}
	switch k := text.UTF16(alt.text); {
	case k > maxAlt:
		c.problems.Errorf(alt.at, "text-length", "「%[1]s:」は%[2]d文字までです(いま%[3]d文字)。", "%[1]s: has at most %[2]d characters (this one %[3]d)", "alt", maxAlt, k)
	case strings.ContainsAny(alt.text, "{}"):
		c.problems.Errorf(alt.at, "image-alt", "画像の説明に「{ }」は使えません。", "the words for an image hold no { }")
	}
	if len(s.Say) == 0 && s.Closed == "" {
		c.problems.Errorf(n.Span, "image-alone", "画像だけでは、見えない方や開けない方に伝わりません。「say:」にも文章を書いてください。", "who can't see the image needs words: write a say:")
	}
	if file.text == "" {
		return
	}
	i := slices.IndexFunc(c.images, func(f imageFile) bool { return f.name == file.text })
	if i < 0 {
		c.noImage(file)
		return
	}
	c.pictured[file.text] = true
	if f := c.images[i]; f.image == nil {
		d := c.problems.Errorf(file.at, "image-form", "画像「%s」は出せません。", "the image %q can't be shown", f.name)
		d.Hint = f.wrong
	} else {
		s.Image = &Picture{f.image, strings.Join(strings.Fields(alt.text), " ")} // it becomes a label, too
	}
}

func (c *compiler) noImage(file located) {
	d := c.problems.Errorf(file.at, "missing-image", "画像「%[1]s」が「%[2]s」フォルダーにありません。", "there is no image %[1]q in the directory %[2]s", file.text, ImageDir)
	var names []string
	for _, f := range c.images {
		names = append(names, f.name)
		c.pictured[f.name] = true // it may be the one that is meant
	}
	stem := func(name string) string { return strings.TrimSuffix(name, path.Ext(name)) }
	name := path.Base(strings.ReplaceAll(file.text, `\`, "/"))
	if i := slices.IndexFunc(names, func(n string) bool { return stem(n) == stem(name) }); i >= 0 {
		d.Hint = diag.T("「%s」と書いてください。", "write %s", names[i])
	} else if c.hinting() {
		c.didYouMean(d, file.text, names)
	}
}

// unpictured warns of images that no step shows.
func (c *compiler) unpictured() {
	doubtful := false // one that can't be shown may be another one that is meant
	for d := range c.problems.Each {
		doubtful = doubtful || d.Rule == "missing-image" || d.Rule == "image-form"
	}
	for _, f := range c.images {
		if f.much {
			d := c.problems.Errorf(diag.Span{Pos: diag.Pos{File: path.Join(ImageDir, f.name)}}, "image-form", "画像「%s」は出せません。", "the image %q can't be shown", f.name)
			d.Hint = f.wrong
			continue
		}
		if !doubtful && !c.pictured[f.name] && imageForm.MatchString(f.name) { // the drawing that a picture was made from may lie beside it
			c.problems.Add(diag.Diagnostic{Span: diag.Span{Pos: diag.Pos{File: path.Join(ImageDir, f.name)}}, Severity: diag.Warning, Rule: "unused-image",
				Message: diag.T("この画像を出すステップがありません。", "no step shows this image")})
		}
	}
}
