package storage_test

import (
	"runtime"
	"testing"
	"time"

	"postern/storage"
	"postern/storage/storagetest"
)

// atOnce is how many requests the benchmarks have under way.
const atOnce = 16

func onEachEngine(b *testing.B, bench func(b *testing.B, s *storage.Store, x *storagetest.Sample)) {
	for name, open := range map[string]func(testing.TB, func() time.Time) *storage.Store{
		"sqlite": storagetest.SQLite, "postgres": storagetest.Postgres,
	} {
		b.Run(name, func(b *testing.B) {
			s := open(b, nil)
			x := storagetest.Fill(b, s, time.Now())
			b.SetParallelism(max(1, atOnce/runtime.GOMAXPROCS(0)))
			b.ReportAllocs()
			b.ResetTimer() // the database is made by now
			bench(b, s, x)
		})
	}
}

func BenchmarkInsertGrant(b *testing.B) {
	onEachEngine(b, func(b *testing.B, s *storage.Store, x *storagetest.Sample) {
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				if err := s.InsertGrant(b.Context(), x.Grant()); err != nil {
					b.Fatal(err)
				}
			}
		})
	})
}

func BenchmarkRotateGrant(b *testing.B) {
	onEachEngine(b, func(b *testing.B, s *storage.Store, x *storagetest.Sample) {
		b.RunParallel(func(pb *testing.PB) {
			g := x.Grant()
			if err := s.InsertGrant(b.Context(), g); err != nil {
				b.Fatal(err)
			}
			for generation := int64(0); pb.Next(); generation++ {
				if _, err := s.RotateGrant(b.Context(), x.Rotation(g, generation)); err != nil {
					b.Fatal(err)
				}
			}
		})
	})
}

func BenchmarkSessionByToken(b *testing.B) {
	onEachEngine(b, func(b *testing.B, s *storage.Store, x *storagetest.Sample) {
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				if _, _, err := s.SessionByToken(b.Context(), x.Session.TokenHash); err != nil {
					b.Fatal(err)
				}
			}
		})
	})
}

func BenchmarkTrust(b *testing.B) {
	s := storagetest.SQLite(b, nil)
	storagetest.Follow(b, s)
	for b.Loop() {
		s.Trust()
	}
}
