// Package orderedmap has the maps of documents. No document is ever read, so that they stay empty.
package orderedmap

import "iter"

// Map is always empty.
type Map[K comparable, V any] struct{}

// New makes an empty map.
func New[K comparable, V any]() *Map[K, V] { return &Map[K, V]{} }

// Len is 0.
func Len[K comparable, V any](*Map[K, V]) int { return 0 }

// Get finds nothing.
func (*Map[K, V]) Get(K) (value V, found bool) { return }

// GetOrZero finds nothing.
func (*Map[K, V]) GetOrZero(K) (value V) { return }

// Set would be called with what was found in another map only.
func (*Map[K, V]) Set(K, V) (previous V, found bool) { return }

// FromOldest gives nothing.
func (*Map[K, V]) FromOldest() iter.Seq2[K, V] { return func(func(K, V) bool) {} }

// KeysFromOldest gives nothing.
func (*Map[K, V]) KeysFromOldest() iter.Seq[K] { return func(func(K) bool) {} }

// Delete finds nothing.
func (*Map[K, V]) Delete(K) (value V, found bool) { return }
