import HoistwayModel

/// The first two bytes of some ids: enough to see that most other ids are not among them.
struct ObjectIDMarks {
    private var marks = [UInt64](repeating: 0, count: 1024)

    mutating func add(_ ids: some Sequence<ObjectID>) {
        for id in ids {
            let bytes = id.bytes
            let place = Self.place(bytes[0], bytes[1])
            marks[place.word] |= place.bit
        }
    }

    func mayHold(_ first: UInt8, _ second: UInt8) -> Bool {
        let place = Self.place(first, second)
        return marks[place.word] & place.bit != 0
    }

    private static func place(_ first: UInt8, _ second: UInt8) -> (word: Int, bit: UInt64) {
        (Int(first) << 2 | Int(second) >> 6, 1 << UInt64(second & 63))
    }
}
