package jsonscan

import "strconv"

// Int reads a whole number. Like all numbers, it may also be written as a string, which some answers do.
func (d *Decoder) Int() int {
	n := d.Int64()
	if int64(int(n)) != n {
		d.Fail()
	}
	return int(n)
}

// Float64 reads a number.
func (d *Decoder) Float64() float64 {
	digits, ok := d.digits()
	if !ok {
		return 0
	}
	if f, ok := short(digits); ok {
		return f
	}
	f, err := strconv.ParseFloat(string(digits), 64)
	if err != nil {
		d.Fail()
	}
	return f
}

// short returns the value of a number of few digits: two numbers that a float64 holds exactly have an exact quotient,
// rounded once.
func short(number []byte) (float64, bool) {
	negative := number[0] == '-'
	if negative {
		number = number[1:]
	}
	const few = 15
	if len(number) > few {
		return 0, false
	}
	whole, fraction := int64(0), len(number)-1
	for i, c := range number {
		switch {
		case c >= '0' && c <= '9':
			whole = whole*10 + int64(c-'0')
		case c == '.':
			fraction = i
		default: // an exponent
			return 0, false
		}
	}
	f := float64(whole) / powers[len(number)-1-fraction]
	if negative {
		f = -f
	}
	return f, true
}

var powers = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}

// maxDigits is how many digits are sure to fit into an int64.
const maxDigits = 18

// Int64 reads a whole number.
func (d *Decoder) Int64() int64 {
	digits, ok := d.digits()
	if !ok {
		return 0
	}
	negative := digits[0] == '-'
	if negative {
		digits = digits[1:]
	}
	if len(digits) > maxDigits {
		d.Fail()
		return 0
	}
	n := int64(0)
	for _, c := range digits {
		if c < '0' || c > '9' {
			d.Fail()
			return 0
		}
		n = n*10 + int64(c-'0')
	}
	if negative {
		n = -n
	}
	return n
}

// digits returns the text of a number, and whether there is one rather than null.
func (d *Decoder) digits() ([]byte, bool) {
	switch c := d.next(); {
	case c == '-' || c >= '0' && c <= '9':
		number := d.number()
		return number, number != nil
	case c == '"':
		return d.quoted()
	default:
		d.null()
		return nil, false
	}
}

// quoted returns the text of a number that is written as a string.
func (d *Decoder) quoted() ([]byte, bool) {
	d.pos++
	number := d.number()
	if number == nil || d.pos == len(d.data) || d.data[d.pos] != '"' {
		d.Fail()
		return nil, false
	}
	d.pos++
	for _, c := range number {
		if c == 'e' || c == 'E' {
			d.Fail()
			return nil, false
		}
	}
	return number, true
}

// number reads the number at d.pos and returns its text, or nil if it is none.
func (d *Decoder) number() []byte {
	data, start, i := d.data, d.pos, d.pos
	if i < len(data) && data[i] == '-' {
		i++
	}
	whole := i
	if i = afterDigits(data, i); i == whole || data[whole] == '0' && i > whole+1 {
		d.Fail()
		return nil
	}
	if i < len(data) && data[i] == '.' {
		fraction := i + 1
		if i = afterDigits(data, fraction); i == fraction {
			d.Fail()
			return nil
		}
	}
	if i < len(data) && data[i]|0x20 == 'e' {
		i++
		if i < len(data) && (data[i] == '+' || data[i] == '-') {
			i++
		}
		exponent := i
		if i = afterDigits(data, i); i == exponent {
			d.Fail()
			return nil
		}
	}
	d.pos = i
	return data[start:i]
}

// afterDigits returns the index of the first byte from i on that is no digit.
func afterDigits(data []byte, i int) int {
	for i < len(data) && data[i] >= '0' && data[i] <= '9' {
		i++
	}
	return i
}
