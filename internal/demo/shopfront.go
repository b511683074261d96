package demo

import (
	"bytes"
	"compress/gzip"
	"context"
	"hash/fnv"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"io"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"

	"fangxin/assets"
)

// shopfront draws the front of an invented shop with its name on the sign, so
// that a scan can be compared with what it shows, and stores it.
func (s *seeder) shopfront(as context.Context, name string) (string, error) {
	img, err := drawShopfront(name)
	if err != nil {
		return "", err
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		return "", err
	}
	v, err := s.Files.Put(as, b.Bytes())
	return v.SHA256, err
}

// paints are pairs of the sign and the awning.
var paints = [][2]color.RGBA{
	{{27, 79, 143, 255}, {207, 230, 218, 255}},
	{{150, 40, 32, 255}, {246, 225, 190, 255}},
	{{10, 87, 56, 255}, {226, 243, 234, 255}},
	{{92, 62, 40, 255}, {243, 222, 190, 255}},
	{{63, 79, 91, 255}, {214, 222, 228, 255}},
}

func drawShopfront(name string) (image.Image, error) {
	h := fnv.New32a()
	h.Write([]byte(name))
	pick := h.Sum32()
	paint := paints[pick%uint32(len(paints))]
	img := image.NewRGBA(image.Rect(0, 0, 960, 720))
	fill := func(x0, y0, x1, y1 int, c color.Color) {
		draw.Draw(img, image.Rect(x0, y0, x1, y1), image.NewUniform(c), image.Point{}, draw.Src)
	}
	grey := func(v uint8) color.RGBA { return color.RGBA{v, v, v, 255} }
	fill(0, 0, 960, 720, color.RGBA{198, 214, 226, 255}) // sky
	fill(60, 60, 900, 640, color.RGBA{222, 214, 200, 255})
	for y := 60; y < 640; y += 29 { // courses of brick
		fill(60, y, 900, y+2, color.RGBA{205, 195, 180, 255})
	}
	fill(0, 640, 960, 720, grey(150)) // pavement
	fill(0, 640, 960, 646, grey(120))
	fill(90, 110, 870, 250, paint[0]) // sign
	for i := range 20 {               // awning
		c := paint[1]
		if i%2 == 0 {
			c = paint[0]
		}
		fill(90+i*39, 264, 90+(i+1)*39, 330, c)
	}
	glass := color.RGBA{172, 200, 210, 255}
	fill(120, 350, 560, 590, grey(70)) // window
	fill(130, 360, 550, 580, glass)
	for i := range 6 { // goods on two shelves
		tall := 30 + int(pick>>(3*i)&31)
		fill(150+i*66, 460-tall, 190+i*66, 460, paints[(int(pick)+i)%len(paints)][0])
		fill(146+i*66, 560-tall/2-20, 196+i*66, 560, paints[(int(pick)+i+2)%len(paints)][1])
	}
	fill(130, 460, 550, 466, grey(110))
	fill(130, 560, 550, 566, grey(110))
	fill(620, 350, 840, 640, grey(70)) // door
	fill(632, 362, 726, 640, glass)
	fill(734, 362, 828, 640, glass)
	fill(714, 480, 720, 540, grey(230))
	fill(740, 480, 746, 540, grey(230))
	fill(570, 420, 612, 478, color.White) // the badge beside the door
	fill(576, 426, 606, 456, grey(40))
	return img, write(img, name)
}

var signFont = sync.OnceValues(func() (*opentype.Font, error) {
	f, err := assets.FS.Open("fonts/NotoSansSC-Bold.ttf.gz")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(z)
	if err != nil {
		return nil, err
	}
	return opentype.Parse(data)
})

// write paints the name in the middle of the sign.
func write(img draw.Image, name string) error {
	parsed, err := signFont()
	if err != nil {
		return err
	}
	size := min(96, 740/float64(max(1, len([]rune(name)))))
	face, err := opentype.NewFace(parsed, &opentype.FaceOptions{Size: size, DPI: 72})
	if err != nil {
		return err
	}
	defer face.Close()
	d := font.Drawer{Dst: img, Src: image.White, Face: face}
	width := d.MeasureString(name)
	d.Dot = fixed.Point26_6{X: fixed.I(480) - width/2, Y: fixed.I(180 + int(size*0.36))}
	d.DrawString(name)
	return nil
}
