/// Splits a list of the API into its objects as it arrives, so that only one object is in memory, not the whole page.
///
/// It follows only brackets and strings; the decoder checks whether an object is valid JSON. The text around the
/// objects is kept, since the version and the continuation may be before or after them.
struct ListSplitter {
    enum Failure: Error, Equatable {
        case notAList
        case cut
        case objectTooLarge
        case restTooLarge

        var text: String {
            switch self {
            case .notAList: "it is no list in JSON"
            case .cut: "the list ends in its middle"
            case .objectTooLarge: "an object in the list is too large"
            case .restTooLarge: "the list holds too much besides its objects"
            }
        }
    }

    /// Limit of the text around the objects, in bytes.
    private static let maxRest = 1 << 20
    private static let maxDepth = 500
    private static let itemsKey = Array("items".utf8)

    private let maxObject: Int
    private var depth = 0
    private var isInString = false
    private var isEscaped = false
    /// The string is a key of the list itself.
    private var isKey = false
    private var expectsKey = false
    private var key: [UInt8] = []
    private var isInItems = false
    private var isComplete = false
    /// The object that has begun, or the text around the objects.
    private var object: [UInt8] = []
    private var rest: [UInt8] = []

    init(maxObject: Int) {
        self.maxObject = maxObject
    }

    /// The objects that end in these bytes.
    mutating func feed(_ bytes: UnsafeRawBufferPointer) throws(Failure) -> [[UInt8]] {
        var objects: [[UInt8]] = []
        /// The first byte that is not kept yet.
        var start = 0
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            defer { index += 1 }
            if isInString {
                follow(byte)
                continue
            }
            switch byte {
            case UInt8(ascii: "\""):
                guard depth > 0, !(isInItems && depth == 2) else { throw .notAList }
                isInString = true
                isKey = depth == 1 && expectsKey
                if isKey { key = [] }
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                if try open(byte) {
                    if isInItems, depth == 2 { try keepRest(bytes[start...index]) }
                    start = index
                }
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                guard depth > 0 else { throw .notAList }
                depth -= 1
                if isInItems, depth == 2 {
                    try keepObject(bytes[start...index])
                    objects.append(object)
                    object = []
                } else if isInItems, depth == 1 {
                    isInItems = false
                    start = index
                }
                isComplete = depth == 0
            case UInt8(ascii: ":"): if depth == 1 { expectsKey = false }
            case UInt8(ascii: ","): if depth == 1 { expectsKey = true }
            case 0x20, 0x09, 0x0A, 0x0D: continue
            default: guard depth > 0, !(isInItems && depth == 2) else { throw .notAList }
            }
        }
        if isInItems {
            if depth > 2 { try keepObject(bytes[start...]) }
        } else {
            try keepRest(bytes[start...])
        }
        return objects
    }

    /// The text around the objects: the list without them.
    func finish() throws(Failure) -> [UInt8] {
        guard isComplete else { throw depth == 0 ? .notAList : .cut }
        return rest
    }

    private mutating func follow(_ byte: UInt8) {
        if isEscaped {
            isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
            isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
            isInString = false
        } else if isKey, key.count <= Self.itemsKey.count {
            key.append(byte)
        }
    }

    /// Whether the kept part changes here: the objects begin, or one of them.
    private mutating func open(_ byte: UInt8) throws(Failure) -> Bool {
        guard depth > 0 || byte == UInt8(ascii: "{") && !isComplete else { throw .notAList }
        depth += 1
        guard depth <= Self.maxDepth else { throw .notAList }
        if depth == 1 { expectsKey = true }
        if isInItems, depth == 3 {
            guard byte == UInt8(ascii: "{") else { throw .notAList }
            return true
        }
        guard depth == 2, byte == UInt8(ascii: "["), !isInItems, key == Self.itemsKey else { return false }
        isInItems = true
        return true
    }

    private mutating func keepObject(_ bytes: Slice<UnsafeRawBufferPointer>) throws(Failure) {
        guard object.count + bytes.count <= maxObject else { throw .objectTooLarge }
        object.append(contentsOf: bytes)
    }

    private mutating func keepRest(_ bytes: Slice<UnsafeRawBufferPointer>) throws(Failure) {
        guard rest.count + bytes.count <= Self.maxRest else { throw .restTooLarge }
        rest.append(contentsOf: bytes)
    }
}
