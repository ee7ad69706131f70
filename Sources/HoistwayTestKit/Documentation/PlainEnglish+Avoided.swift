extension PlainEnglish {
    /// Phrases that we found in our own pages and that readers with B1 English do not understand at first reading: old
    /// words, people's verbs for programs, and nouns made of `what` and `that`.
    package static let avoided: [AvoidedPhrase] = [
        // Programs do not talk: name the message, the field or the request.
        AvoidedPhrase("is|are|was|were|be|been|being told", better: "“gets a message”, “is reported”"),
        AvoidedPhrase("told of", better: "“notified of”"),
        AvoidedPhrase("tell|tells of|that|how|which|what|why|when|where", better: "“shows”, “reports”, “names”"),
        AvoidedPhrase("said of", better: "“compared with”, “about”"),
        AvoidedPhrase("take|takes its|their word", better: "“trusts”, “accepts”"),
        AvoidedPhrase("honour|honours|honor|honors them|it", better: "“applies”, “follows”"),

        // Old or literary words.
        AvoidedPhrase("anew", better: "“again”"),
        AvoidedPhrase("whereof", better: "“of which”"),
        AvoidedPhrase("thereof", better: "“of it”"),
        AvoidedPhrase("wherefore", better: "“so”"),
        AvoidedPhrase("therein", better: "“in it”"),
        AvoidedPhrase("heretofore", better: "“until now”"),
        AvoidedPhrase("aforesaid", better: "the name"),
        AvoidedPhrase("forsake|forsakes|forsaken", better: "“leaves”"),
        AvoidedPhrase("beget|begets", better: "“causes”"),
        AvoidedPhrase("mend|mends|mended", better: "“fix”, “repair”"),
        AvoidedPhrase("deed|deeds", better: "“action”"),
        AvoidedPhrase("suffice|suffices", better: "“is enough”"),
        AvoidedPhrase("for lack of", better: "“because there is no”"),
        AvoidedPhrase("contrary to", better: "“unlike”"),
        AvoidedPhrase("save that", better: "“except that”"),
        AvoidedPhrase("but for", better: "“except”"),
        AvoidedPhrase("of late", better: "“recently”"),
        AvoidedPhrase("if need be", better: "“if necessary”"),
        AvoidedPhrase("be it", better: "“whether it is”"),
        AvoidedPhrase("likes of", better: "“such as”"),
        AvoidedPhrase("as it stands", better: "“unchanged”"),
        AvoidedPhrase("comes|come to be", better: "“is created”, “becomes”"),
        AvoidedPhrase("worked off", better: "“processed”"),
        AvoidedPhrase("put off", better: "“postponed”, “tried again later”"),
        AvoidedPhrase("has got", better: "“has”"),

        // Turns of phrase that need a second reading.
        AvoidedPhrase("the outside", better: "“another system”, or its name"),
        AvoidedPhrase("for none", better: "“for no …”"),
        AvoidedPhrase("none is", better: "“there is no …”"),
        AvoidedPhrase("what is|was|are|were only", better: "a noun"),
        AvoidedPhrase("that it was … of", better: "the verb in its active form"),
        AvoidedPhrase("stand|stands on a|the|its|that branch", better: "“is on the branch”"),
        AvoidedPhrase("lay|lays|laying … beside", better: "“compare … with”"),
        AvoidedPhrase("stands in the way", better: "“prevents”, “blocks”"),
        AvoidedPhrase("count|counts for nothing", better: "“does not count”"),
        AvoidedPhrase("by itself alone", better: "“alone”"),
        AvoidedPhrase("no longer anything", better: "“nothing … any longer”"),
        AvoidedPhrase("any more", better: "“no longer”"),
    ]
}
