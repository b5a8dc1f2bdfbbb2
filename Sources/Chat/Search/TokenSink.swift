/// What takes the tokens of a text, in the order in which they stand there.
///
/// The bytes are folded UTF-8 without separators, valid during the call. Ranges are UTF-16 offsets of the text as it was
/// written.
protocol TokenSink {
    /// A word; of scripts that write without spaces, two neighbouring characters, or one that stands alone.
    mutating func word(_ utf8: ArraySlice<UInt8>, at range: Range<Int>, isLoneCharacter: Bool)
    /// One character of a script that is written without spaces, besides the words that it is part of.
    mutating func character(_ utf8: ArraySlice<UInt8>, at range: Range<Int>)
}
