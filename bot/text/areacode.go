package text

import "strings"

// phoneSplit says after how many digits the hyphens of a number stand; 0 when unknown.
func phoneSplit(d string) (a, b int) {
	if !validPhone(d) {
		return 0, 0
	}
	switch {
	case d[:4] == "0800":
		return 4, 7
	case len(d) == 11:
		return 3, 7
	case d[:4] == "0120", d[:4] == "0570":
		return 4, 7
	}
	if n := areaCode(d); n > 0 {
		return n, 6
	}
	return 0, 0
}

// areaCode is the length of the area code of a fixed line, 0 if the table doesn't know.
// Area code and exchange are 6 digits together. The table holds the starts of numbers
// whose every continuation has the same code: the big cities and the larger towns.
// Codes that depend on the sixth digit are left out (source: the ministry's list of
// area codes, 市外局番の一覧).
func areaCode(d string) int {
	if d[1] == '3' || d[1] == '6' {
		return 2
	}
	for n := 5; n >= 3; n-- {
		if size, ok := areaCodes[d[:n]]; ok {
			return size
		}
	}
	return 0
}

var areaCodes = func() map[string]int {
	m := map[string]int{}
	for size, list := range map[int]string{
		2: "04292 04293 04294 04295 04296 04299 0471",
		3: `011 044 045 052 075 078 0177 0188 0196 0222 0227 0236 0245 0249 0252 0262 0272 0273 0286 0292 0298
0423 0424 0425 0426 0427 0432 0433 0434 0462 0468 0473 0474
0481 0482 0483 0484 0485 0486 0487 0488 0489 0492 0534 0535 0542 0543 0546 0552 0559 0582 0583 0592 0593
0722 0723 0724 0726 0727 0728 0729 0734 0762 0764 0775 0792 0822 0825 0828 0832 0839 0849 0862 0864 0878 0886 0888
0921 0922 0923 0924 0925 0926 0927 0928 0929 0931 0932 0933 0934 0935 0936 0937 0938 0939
0958 0962 0963 0975 0988 0989 0992`,
		4: `0134 0138 0143 0144 0166 0172 0178 0263 0265 0463 0465 0466 0467 0493 0494 0532 0533 0545
0561 0562 0563 0564 0565 0566 0567 0568 0742 0743 0744 0745 0773 0774 0776 0852 0853 0857 0859 0942 0952 0956 0985`,
	} {
		for _, code := range strings.Fields(list) {
			m[code] = size
		}
	}
	return m
}()
