package imaging_test

import (
	"bytes"
	"encoding/binary"
	"io"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"

	"github.com/go-liveconnect/liveconnect/internal/service/imaging"
)

// A picture that takes most of the budget waits for another one to be done, and so do those after it.
func TestBudget(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		budget := imaging.NewBudget()
		var under, done atomic.Int64
		take := func() func() {
			release := budget.Take(hugeBitmap())
			under.Add(1)
			return release
		}
		first := take()
		for range 3 {
			go func() {
				defer done.Add(1)
				take()()
			}()
		}
		synctest.Wait()
		assert.Equal(t, [2]int64{1, 0}, [2]int64{under.Load(), done.Load()})
		first()
		synctest.Wait()
		assert.Equal(t, [2]int64{4, 3}, [2]int64{under.Load(), done.Load()})

		// What is no picture takes no more than its share.
		budget.Take(bytes.NewReader(nil))()
	})
}

// hugeBitmap is a file of 270 MB, which takes no memory: 9500 × 9500 pixels, all of them black.
func hugeBitmap() io.ReadSeeker {
	const side, header = 9500, 54
	b := make([]byte, header)
	copy(b, "BM")
	binary.LittleEndian.PutUint32(b[10:], header)
	binary.LittleEndian.PutUint32(b[14:], 40)
	binary.LittleEndian.PutUint32(b[18:], side)
	binary.LittleEndian.PutUint32(b[22:], side)
	b[26], b[28] = 1, 24
	return io.NewSectionReader(zeros{b}, 0, header+3*side*side)
}

type zeros struct{ begin []byte }

func (z zeros) ReadAt(b []byte, offset int64) (int, error) {
	clear(b)
	if offset < int64(len(z.begin)) {
		copy(b, z.begin[offset:])
	}
	return len(b), nil
}
