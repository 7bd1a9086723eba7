// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import "./HandlerOfEscrow.sol";

/// @notice Disputes from opening to end, and messages; with books of their own.
abstract contract HandlerOfDisputes is HandlerOfEscrow {
    uint256 private constant DISPUTES_OF_A_SIDE = 3;
    uint256 private constant OFFERS = 10;
    uint256 private constant EVIDENCE = 50;
    uint256 private constant PASSES = 3;
    uint256 private constant MESSAGES = 200;
    uint256 private constant ALL = 10_000; // Basis points.

    struct Case {
        bytes32 id;
        uint256 rma;
        DisputeStage stage;
        bool byBuyer;
        uint64 since;
        uint64 evidenceUntil;
        bytes32 seed; // The opener's.
        bytes32 draw; // Zero without two seeds.
        uint32 arbitrator;
        uint32 former; // Who had it before.
        uint256 passes;
        Verdict verdict;
        uint32[3] panel;
        uint32[] left; // Who may still be drawn, in roster order.
        bytes32[3] requests; // Digests of claim, buyer's and seller's offer; zero: none stands.
        Award claim;
        Award[2] offers; // The buyer's, the seller's.
        Award ruling;
        uint256[2] offerCounts;
        uint256[2] evidenceCounts;
    }

    struct Counts {
        uint32 all;
        uint256 buyer;
        uint256 seller;
    }

    Case[] private cases;
    mapping(bytes32 parcel => ParcelReference) internal references;
    mapping(bytes32 returnId => Counts) private disputeCounts;
    mapping(bytes32 returnId => uint256[2]) private messageCounts;

    /* OPENING */

    function openDispute(uint256 seed) public doing("openDispute", seed) {
        if (rmas.length == 0) return advance(_draw(type(uint256).max));
        (uint256 index, bool any) = _toDispute();
        if (!any && !_oneIn(8)) return advance(_draw(type(uint256).max));
        Rma storage rma = rmas[index];
        Counts storage counted = disputeCounts[rma.id];
        bool byBuyer = !_oneIn(3);
        OpenDispute memory request;
        request.returnId = rma.id;
        request.number = _oneIn(20) ? uint32(_draw(4)) : counted.all + 1;
        request.participant = byBuyer ? 0 : _oneIn(16) ? uint32(1 + _draw(4)) : sales[rma.sale].seller;
        request.ground = DisputeGround(_oneIn(24) ? 0 : 1 + _draw(8));
        request.statement = bytes32(seed);
        bytes32 secret = bytes32(++nonces);
        request.seedHash = keccak256(abi.encode(secret));
        request.claim = _drawClaim(rma, byBuyer);
        bool good;
        (request.parcels, good) = _drawReferences(rma);
        uint256 before = byBuyer ? counted.buyer : counted.seller;
        good = good && request.number == counted.all + 1 && before < DISPUTES_OF_A_SIDE
            && request.ground != DisputeGround.NONE && _isContested(rma)
            && (clock < ledger.turnOf(rma.id).enforceableAt || (!byBuyer && _windowIsOpen(rma)))
            && _isClaimGood(rma, byBuyer, request.claim);
        bytes32 dispute = keccak256(abi.encode(rma.id, request.number));
        Attempt memory attempt = _on(address(desk), dispute, IDisputeHistory.DisputeOpened.selector);
        attempt.returnId = rma.id;
        attempt.also = Entry(address(ledger), IReturnHistory.DisputeBegun.selector, rma.id, 0);
        attempt.also.data = keccak256(abi.encode(clock, dispute, byBuyer, request.claim));
        _signSide(attempt, _openDisputeFields(request), rma, request.participant, good);
        attempt.call = abi.encodeCall(IDisputeDesk.openDispute, (request, attempt.signed));
        (bool done, bytes memory data) = _send(attempt);
        if (done) _learnOpened(index, request, byBuyer, secret, attempt.digest, data);
    }

    /// @dev Mostly one in which something can be contested.
    function _toDispute() private returns (uint256, bool) {
        if (focus != 0) return (focus - 1, _isContested(rmas[focus - 1]));
        uint256 start = _draw(rmas.length);
        for (uint256 i = 0; i < rmas.length; ++i) {
            uint256 at = (start + i) % rmas.length;
            if (_isContested(rmas[at]) && clock < ledger.turnOf(rmas[at].id).enforceableAt) return (at, true);
        }
        return (start, false);
    }

    /// @dev Whether a dispute could be begun, by what happened.
    function _isContested(Rma storage rma) internal view returns (bool) {
        if (rma.disputed) return false;
        if (rma.status == ReturnStatus.DECLINED || rma.status == ReturnStatus.EXPIRED) return true;
        if (rma.status != ReturnStatus.APPROVED) return false;
        bool acted = rma.sent || rma.arrived || rma.returnless || rma.replaced || rma.givenBack || rma.defaulted
            || rma.contested || rma.silent || rma.refunded != 0;
        for (uint256 i = 0; i < rma.pieces.length && !acted; ++i) {
            acted = rma.pieces[i].expected < rma.pieces[i].requested;
        }
        return acted;
    }

    function _drawReferences(Rma storage rma) private returns (ParcelReference[] memory list, bool good) {
        good = true;
        list = new ParcelReference[](rma.parcels.length);
        for (uint256 i = 0; i < list.length; ++i) list[i] = references[rma.parcels[i]];
        if (list.length != 0 && _oneIn(20)) {
            list[_draw(list.length)].carrier += 1;
            good = false;
        }
        if (list.length != 0 && _oneIn(20)) {
            list = new ParcelReference[](0);
            good = false;
        }
    }

    /// @dev Mostly one that can be right.
    function _drawClaim(Rma storage rma, bool byBuyer) private returns (Award memory claim) {
        Sale storage sale = sales[rma.sale];
        AwardedLine[] memory lines = new AwardedLine[](rma.pieces.length);
        uint256 count;
        for (uint256 i = 0; i < lines.length; ++i) {
            Pieces storage pieces = rma.pieces[i];
            if ((pieces.requested == 0 || pieces.decided) && !_oneIn(30)) continue;
            if (_oneIn(3)) continue;
            uint256 most = pieces.expected + sale.lines[i].quantity - sale.lines[i].returning;
            uint256 limit = byBuyer ? pieces.requested : pieces.expected;
            lines[count++] = _drawLine(uint8(i), pieces, most < limit ? most : limit);
        }
        if (count != 0 && count < lines.length && _oneIn(30)) lines[count++] = lines[0];
        assembly ("memory-safe") {
            mstore(lines, count)
        }
        claim.lines = lines;
        _drawAmounts(rma, claim, byBuyer ? 2 : 30);
    }

    function _drawLine(uint8 index, Pieces storage pieces, uint256 limit) private returns (AwardedLine memory line) {
        uint256 total = _oneIn(3) ? limit : _draw(limit + 1);
        if (total < pieces.accepted) total = pieces.accepted;
        uint256 accepted = pieces.accepted + (_oneIn(2) ? total - pieces.accepted : _draw(total - pieces.accepted + 1));
        uint256 rejected = _draw(total - accepted + 1);
        uint256 awaited = total - accepted - rejected;
        if (_oneIn(30)) accepted += 1;
        if (_oneIn(30) && accepted != 0) accepted -= 1;
        uint256 points = _oneIn(2) ? ALL : _draw(ALL + 2);
        uint24 cut = type(uint24).max;
        if (accepted > cut) accepted = cut;
        line = AwardedLine(
            index, uint24(accepted), uint24(rejected), uint24(awaited), uint16(points), uint8(_oneIn(30) ? 4 : _draw(4))
        );
    }

    function _drawAmounts(Rma storage rma, Award memory award, uint256 times) private {
        uint256 paid = sales[rma.sale].paid;
        uint256 attested = rma.refunded - rma.escrowed;
        if (_oneIn(times)) award.extraMinor = _cutTo48(_draw(paid / (1 + _draw(40)) + 1));
        if (_oneIn(40)) award.extraMinor = _cutTo48(paid + _draw(2));
        if (_oneIn(times)) award.unpaidMinor = _cutTo48(_draw(attested + 1));
        if (_oneIn(times * 10)) award.unpaidMinor = _cutTo48(rma.refunded + _draw(2));
        if (_oneIn(2)) award.buyerCostBasisPoints = uint16(_draw(ALL + 1));
        if (_oneIn(40)) award.buyerCostBasisPoints = uint16(ALL + 1);
    }

    function _cutTo48(uint256 amount) private pure returns (uint48) {
        return amount > type(uint48).max ? type(uint48).max : uint48(amount);
    }

    function _areAmountsGood(Rma storage rma, Award memory award) private view returns (bool) {
        return award.unpaidMinor <= rma.refunded - rma.escrowed && award.extraMinor <= sales[rma.sale].paid
            && award.buyerCostBasisPoints <= ALL;
    }

    function _isLineGood(Pieces storage pieces, AwardedLine memory line) private view returns (bool) {
        return line.accepted >= pieces.accepted && line.awardBasisPoints <= ALL && line.category <= CATEGORY_CARRIER_FAULT;
    }

    function _sumOf(AwardedLine memory line) private pure returns (uint256) {
        return uint256(line.accepted) + line.rejected + line.awaited;
    }

    function _isClaimGood(Rma storage rma, bool byBuyer, Award memory claim) private view returns (bool) {
        if (claim.lines.length == 0 && claim.extraMinor == 0 && claim.unpaidMinor == 0) return false;
        if (!byBuyer && (claim.extraMinor != 0 || claim.unpaidMinor != 0)) return false;
        if (!_areAmountsGood(rma, claim)) return false;
        for (uint256 i = 0; i < claim.lines.length; ++i) {
            AwardedLine memory line = claim.lines[i];
            if (line.line >= rma.pieces.length) return false;
            for (uint256 j = 0; j < i; ++j) if (claim.lines[j].line == line.line) return false;
            Pieces storage pieces = rma.pieces[line.line];
            Line storage sold = sales[rma.sale].lines[line.line];
            uint256 sum = _sumOf(line);
            if (pieces.requested == 0 || pieces.decided || !_isLineGood(pieces, line)) return false;
            if (sum > (byBuyer ? pieces.requested : pieces.expected)) return false;
            if (sum > pieces.expected + sold.quantity - sold.returning) return false;
        }
        return true;
    }

    function _learnOpened(
        uint256 index,
        OpenDispute memory request,
        bool byBuyer,
        bytes32 secret,
        bytes32 digest,
        bytes memory data
    ) private {
        Rma storage rma = rmas[index];
        Counts storage counted = disputeCounts[rma.id];
        counted.all += 1;
        if (byBuyer) counted.buyer += 1;
        else counted.seller += 1;
        Case storage opened = cases.push();
        opened.id = keccak256(abi.encode(rma.id, request.number));
        (opened.rma, opened.byBuyer, opened.since) = (index, byBuyer, clock);
        (opened.stage, opened.seed, opened.claim) = (DisputeStage.INQUIRY, secret, request.claim);
        opened.requests[0] = digest;
        (,,,,,,,, uint32[] memory eligible) = abi.decode(
            data, (uint64, bytes32, uint32, uint32, DisputeGround, bytes32, bytes32, Award, uint32[])
        );
        for (uint256 i = 0; i < roster.length; ++i) {
            if (_mayRule(roster[i]) && !_isInvolved(roster[i], rma)) opened.left.push(roster[i]);
        }
        _hold(keccak256(abi.encode(eligible)) == keccak256(abi.encode(opened.left)), "others are eligible");
        (lastDispute[rma.id], rma.disputed, rma.pinned) = (opened.id, true, false);
        for (uint256 i = 0; i < request.claim.lines.length; ++i) _takeOut(rma, byBuyer, request.claim.lines[i]);
    }

    function _takeOut(Rma storage rma, bool byBuyer, AwardedLine memory line) private {
        Pieces storage pieces = rma.pieces[line.line];
        (pieces.held, pieces.expectedBefore, pieces.diminishedBefore) = (true, pieces.expected, pieces.diminished);
        uint256 sum = _sumOf(line);
        if (sum > pieces.expected) {
            sales[rma.sale].lines[line.line].returning += sum - pieces.expected;
            pieces.expected = sum;
        }
        uint256 less = pieces.goods * (ALL - line.awardBasisPoints) / ALL;
        if (!byBuyer && less > pieces.diminished) pieces.diminished = less;
    }

    function _mayRule(uint32 participant) private view returns (bool) {
        return rolesOf[participant] & ROLE_ARBITRATOR != 0 && !suspended[participant];
    }

    /// @dev Nobody rules on his own case.
    function _isInvolved(uint32 participant, Rma storage rma) private view returns (bool) {
        uint16 roles = rolesOf[participant];
        if (participant == sales[rma.sale].seller) return true;
        if (participant == rma.inspector && roles & (ROLE_SELLER | ROLE_INSPECTOR) != 0) return true;
        for (uint256 i = 0; i < rma.parcels.length; ++i) {
            if (references[rma.parcels[i]].carrier == participant && roles & ROLE_CARRIER != 0) return true;
        }
        return false;
    }

    /* WHO */

    function _signSide(Attempt memory attempt, bytes memory fields, Rma storage rma, uint32 participant, bool good)
        private
    {
        Sale storage sale = sales[rma.sale];
        uint256 key = participant == 0 ? _mostly(sale.buyerKey) : _memberKey(participant);
        bool may = participant == 0
            ? _addressOf(key) == _addressOf(sale.buyerKey)
            : participant == sale.seller && _stands(key, participant, ROLE_SELLER);
        _sign(attempt, fields, key, good && may);
    }

    /// @dev An act of one of the sides in a dispute.
    function _ofSide(Case storage found, uint32 participant, bytes memory fields, bytes32 topic, bool good)
        private
        returns (Attempt memory attempt)
    {
        attempt = _inCase(found, topic);
        _signSide(attempt, fields, rmas[found.rma], participant, good);
    }

    function _inCase(Case storage found, bytes32 topic) private view returns (Attempt memory attempt) {
        attempt = _on(address(desk), found.id, topic);
        (attempt.returnId, attempt.dispute) = (rmas[found.rma].id, found.id);
    }

    /// @dev Mostly the one that is given.
    function _drawSide(Case storage found, bool buyer) private returns (uint32) {
        if (_oneIn(12)) buyer = !buyer;
        return buyer ? 0 : _oneIn(20) ? uint32(1 + _draw(4)) : sales[rmas[found.rma].sale].seller;
    }

    /// @dev Mostly one in one of the stages (bits), if there is any.
    function _caseIn(uint256 stages) private returns (bool any, Case storage found) {
        found = cases[_draw(cases.length)];
        bool fixed_ = focus != 0 && rmas[focus - 1].disputed;
        if (!fixed_ && _oneIn(12)) return (true, found);
        uint256 start = _draw(cases.length);
        for (uint256 i = 0; i < cases.length; ++i) {
            Case storage one = cases[(start + i) % cases.length];
            if (fixed_ && lastDispute[rmas[focus - 1].id] != one.id) continue;
            if (fixed_ || stages & (1 << uint8(one.stage)) != 0) return (true, one);
        }
        return (false, found);
    }

    uint256 private constant OPEN = 62; // Bits of the stages before the end.
    uint256 private constant OF_INQUIRY = 1 << uint8(DisputeStage.INQUIRY);
    uint256 private constant OF_ANSWERED = 1 << uint8(DisputeStage.ANSWERED);
    uint256 private constant OF_REVIEW = 1 << uint8(DisputeStage.UNDER_REVIEW);
    uint256 private constant OF_RULED = 1 << uint8(DisputeStage.RULED);
    uint256 private constant OF_APPEALED = 1 << uint8(DisputeStage.APPEALED);

    /// @dev What is waited for in the dispute of the return that is acted on.
    function goOn(uint256 seed) public doing("goOn", seed) {
        if (cases.length == 0) return advance(_draw(type(uint256).max));
        (bool any, Case storage found) = _caseIn(OPEN);
        if (!any) return advance(_draw(type(uint256).max));
        DisputeStage stage = found.stage;
        uint256 next = _draw(type(uint256).max);
        if (_oneIn(8)) enforceDispute(next);
        else if (_oneIn(12)) makeOffer(next);
        else if (_oneIn(12)) acceptOffer(next);
        else if (_oneIn(12)) submitEvidence(next);
        else if (_oneIn(40)) withdrawDispute(next);
        else if (stage == DisputeStage.INQUIRY) answerDispute(next);
        else if (stage == DisputeStage.ANSWERED) escalateDispute(next);
        else if (stage == DisputeStage.UNDER_REVIEW) _oneIn(8) ? recuseArbitrator(next) : giveRuling(next);
        else if (stage == DisputeStage.RULED) _oneIn(2) ? appealRuling(next) : enforceDispute(next);
        else if (stage == DisputeStage.APPEALED) _oneIn(8) ? recuseArbitrator(next) : givePanelRuling(next);
    }

    /* INQUIRY */

    function answerDispute(uint256 seed) public doing("answerDispute", seed) {
        (bool any, Case storage found) = _next(OF_INQUIRY);
        if (!any) return;
        AnswerDispute memory request =
            AnswerDispute(found.id, _drawSide(found, !found.byBuyer), bytes32(seed), bytes32(++nonces));
        bytes memory fields = abi.encode(
            keccak256(
                "AnswerDispute(bytes32 dispute,uint32 participant,bytes32 statement,bytes32 seed,uint256 nonce,uint64 deadline)"
            ),
            request
        );
        bool good = found.stage == DisputeStage.INQUIRY && (request.participant == 0) != found.byBuyer;
        Attempt memory attempt =
            _ofSide(found, request.participant, fields, IDisputeHistory.DisputeAnswered.selector, good);
        attempt.call = abi.encodeCall(IDisputeDesk.answerDispute, (request, attempt.signed));
        (bool done,) = _send(attempt);
        if (!done) return;
        (found.stage, found.since) = (DisputeStage.ANSWERED, clock);
        found.draw = keccak256(abi.encode(request.seed));
    }

    /// @dev One in the stages; else something else is done instead.
    function _next(uint256 stages) private returns (bool any, Case storage found) {
        if (cases.length == 0) cases.push();
        (any, found) = _caseIn(stages);
        if (any && found.id == 0) any = false;
        if (!any) advance(_draw(type(uint256).max));
    }

    function escalateDispute(uint256 seed) public doing("escalateDispute", seed) {
        (bool any, Case storage found) = _next(OF_ANSWERED);
        if (!any) return;
        EscalateDispute memory request = EscalateDispute(
            found.id, _drawSide(found, found.byBuyer), _oneIn(12) ? bytes32(seed) : found.seed
        );
        bytes memory fields = abi.encode(
            keccak256(
                "EscalateDispute(bytes32 dispute,uint32 participant,bytes32 seed,uint256 nonce,uint64 deadline)"
            ),
            request
        );
        bool good = found.stage == DisputeStage.ANSWERED && (request.participant == 0) == found.byBuyer
            && request.seed == found.seed;
        Attempt memory attempt =
            _ofSide(found, request.participant, fields, IDisputeHistory.DisputeEscalated.selector, good);
        attempt.call = abi.encodeCall(IDisputeDesk.escalateDispute, (request, attempt.signed));
        (bool done, bytes memory data) = _send(attempt);
        if (!done) return;
        found.draw = keccak256(abi.encode(found.id, found.seed, found.draw));
        (,,, uint32 arbitrator,,) = abi.decode(data, (uint64, uint32, bytes32, uint32, address, uint256));
        _hold(arbitrator == _lot(found, found.draw), "another arbitrator was drawn");
        _learnEscalated(found, arbitrator);
    }

    function _learnEscalated(Case storage found, uint32 arbitrator) private {
        (found.stage, found.since) = (DisputeStage.UNDER_REVIEW, clock);
        found.evidenceUntil = clock + _termsOf(found).evidence_s;
        found.arbitrator = arbitrator;
        _take(found, arbitrator);
        if (arbitrator == 0) _learnDefault(found);
    }

    function _termsOf(Case storage found) private view returns (DisputeTerms memory) {
        return _disputes(sales[rmas[found.rma].sale].series);
    }

    /// @dev Who is drawn by these lots among those who may still get it.
    function _lot(Case storage found, bytes32 draw) private view returns (uint32) {
        (uint32[] memory list, uint256 count) = _leftOf(found);
        return count == 0 ? 0 : list[uint256(draw) % count];
    }

    function _leftOf(Case storage found) private view returns (uint32[] memory list, uint256 count) {
        list = new uint32[](found.left.length);
        for (uint256 i = 0; i < list.length; ++i) if (_mayRule(found.left[i])) list[count++] = found.left[i];
    }

    /// @dev Who got it once does not get it again; nobody gets it only if nobody is left.
    function _take(Case storage found, uint32 participant) private {
        if (participant == 0) return;
        bool any;
        for (uint256 i = 0; i < found.left.length; ++i) {
            if (any) found.left[i - 1] = found.left[i];
            if (found.left[i] == participant) any = true;
        }
        _hold(any && _mayRule(participant), "somebody rules who may not");
        if (any) found.left.pop();
    }

    /* OFFERS AND EVIDENCE */

    function makeOffer(uint256 seed) public doing("makeOffer", seed) {
        (bool any, Case storage found) = _next(OPEN);
        if (!any) return;
        bool buyer = _oneIn(2);
        MakeOffer memory request = MakeOffer(found.id, _drawSide(found, buyer), bytes32(seed), _drawAward(found));
        buyer = request.participant == 0;
        bytes memory fields = abi.encode(
            _withAward(
                "MakeOffer(bytes32 dispute,uint32 participant,bytes32 statement,Award award,uint256 nonce,uint64 deadline)"
            ),
            request.dispute,
            request.participant,
            request.statement,
            _awardHash(request.award)
        );
        uint256 side = buyer ? 0 : 1;
        bool good = _isOpen(found) && found.offerCounts[side] < OFFERS && _isAwardGood(found, request.award);
        Attempt memory attempt =
            _ofSide(found, request.participant, fields, IDisputeHistory.OfferMade.selector, good);
        attempt.call = abi.encodeCall(IDisputeDesk.makeOffer, (request, attempt.signed));
        (bool done,) = _send(attempt);
        if (!done) return;
        found.offerCounts[side] += 1;
        found.requests[1 + side] = attempt.digest;
        found.offers[side] = request.award;
    }

    function _isOpen(Case storage found) private view returns (bool) {
        return found.stage != DisputeStage.ENDED;
    }

    /// @dev The claim itself, or other figures for its lines.
    function _drawAward(Case storage found) private returns (Award memory award) {
        Rma storage rma = rmas[found.rma];
        award = found.claim;
        if (_oneIn(3)) return award;
        (award.extraMinor, award.unpaidMinor, award.buyerCostBasisPoints) = (0, 0, 0);
        for (uint256 i = 0; i < award.lines.length; ++i) {
            uint8 line = award.lines[i].line;
            award.lines[i] = _drawLine(line, rma.pieces[line], rma.pieces[line].expected);
        }
        _drawAmounts(rma, award, 3);
        if (award.lines.length != 0 && _oneIn(30)) award.lines[0].line += 1;
        if (_oneIn(30)) award.lines = new AwardedLine[](1);
    }

    function _isAwardGood(Case storage found, Award memory award) private view returns (bool) {
        Rma storage rma = rmas[found.rma];
        if (award.lines.length != found.claim.lines.length || !_areAmountsGood(rma, award)) return false;
        for (uint256 i = 0; i < award.lines.length; ++i) {
            AwardedLine memory line = award.lines[i];
            if (line.line != found.claim.lines[i].line) return false;
            Pieces storage pieces = rma.pieces[line.line];
            if (_sumOf(line) > pieces.expected || !_isLineGood(pieces, line)) return false;
        }
        return true;
    }

    function acceptOffer(uint256 seed) public doing("acceptOffer", seed) {
        (bool any, Case storage found) = _next(OPEN);
        if (!any) return;
        if (!_oneIn(3) && focus == 0) return advance(_draw(type(uint256).max));
        uint256 which = _draw(3);
        bool buyer = which == 0 ? !found.byBuyer : which == 2;
        AcceptOffer memory request =
            AcceptOffer(found.id, _drawSide(found, buyer), _oneIn(20) ? bytes32(seed) : found.requests[which]);
        buyer = request.participant == 0;
        bytes memory fields = abi.encode(
            keccak256("AcceptOffer(bytes32 dispute,uint32 participant,bytes32 offer,uint256 nonce,uint64 deadline)"),
            request
        );
        bool stands = request.offer != 0 && request.offer == found.requests[which];
        bool others = which == 0 ? buyer != found.byBuyer : buyer == (which == 2);
        Attempt memory attempt = _ofSide(
            found, request.participant, fields, IDisputeHistory.OfferAccepted.selector, _isOpen(found) && stands && others
        );
        attempt.call = abi.encodeCall(IDisputeDesk.acceptOffer, (request, attempt.signed));
        (bool done,) = _send(attempt);
        if (!done) return;
        Award memory award = which == 0 ? found.claim : found.offers[which - 1];
        _learnEnd(found, DisputeEnding.SETTLED, Verdict.AWARDED, award, 0);
    }

    function submitEvidence(uint256 seed) public doing("submitEvidence", seed) {
        (bool any, Case storage found) = _next(OPEN);
        if (!any) return;
        bool buyer = _oneIn(2);
        SubmitEvidence memory request = SubmitEvidence(
            found.id, _drawSide(found, buyer), EvidenceKind(_oneIn(20) ? 0 : 1 + _draw(21)), bytes32(seed)
        );
        uint256 side = request.participant == 0 ? 0 : 1;
        bytes memory fields = abi.encode(
            keccak256(
                "SubmitEvidence(bytes32 dispute,uint32 participant,uint8 kind,bytes32 document,uint256 nonce,uint64 deadline)"
            ),
            request
        );
        bool early = found.stage == DisputeStage.INQUIRY || found.stage == DisputeStage.ANSWERED;
        bool good = _isOpen(found) && found.stage != DisputeStage.RULED && (early || clock < found.evidenceUntil)
            && request.kind != EvidenceKind.NONE && found.evidenceCounts[side] < EVIDENCE;
        Attempt memory attempt =
            _ofSide(found, request.participant, fields, IDisputeHistory.EvidenceSubmitted.selector, good);
        attempt.call = abi.encodeCall(IDisputeDesk.submitEvidence, (request, attempt.signed));
        (bool done,) = _send(attempt);
        if (done) found.evidenceCounts[side] += 1;
    }

    function withdrawDispute(uint256 seed) public doing("withdrawDispute", seed) {
        (bool any, Case storage found) = _next(OPEN);
        if (!any) return;
        if (!_oneIn(4) && focus == 0) return advance(_draw(type(uint256).max));
        WithdrawDispute memory request = WithdrawDispute(found.id, _drawSide(found, found.byBuyer));
        bytes memory fields = abi.encode(
            keccak256("WithdrawDispute(bytes32 dispute,uint32 participant,uint256 nonce,uint64 deadline)"), request
        );
        bool good = found.stage <= DisputeStage.UNDER_REVIEW && (request.participant == 0) == found.byBuyer;
        Attempt memory attempt =
            _ofSide(found, request.participant, fields, IDisputeHistory.DisputeWithdrawn.selector, good);
        attempt.call = abi.encodeCall(IDisputeDesk.withdrawDispute, (request, attempt.signed));
        (bool done,) = _send(attempt);
        if (done) _learnWithdrawn(found);
    }

    function _learnWithdrawn(Case storage found) private {
        Counts storage counted = disputeCounts[rmas[found.rma].id];
        if (found.stage != DisputeStage.INQUIRY && found.byBuyer) counted.buyer = DISPUTES_OF_A_SIDE;
        if (found.stage != DisputeStage.INQUIRY && !found.byBuyer) counted.seller = DISPUTES_OF_A_SIDE;
        _learnEnd(found, DisputeEnding.WITHDRAWN, Verdict.REFUSED, found.claim, 0);
    }

    /* ARBITRATORS */

    function recuseArbitrator(uint256 seed) public doing("recuseArbitrator", seed) {
        (bool any, Case storage found) = _next(OF_REVIEW | OF_APPEALED);
        if (!any) return;
        if (!_oneIn(3) && focus == 0) return advance(_draw(type(uint256).max));
        uint32 participant = _drawArbitrator(found, _draw(3));
        RecuseArbitrator memory request = RecuseArbitrator(found.id, participant);
        bytes memory fields = abi.encode(
            keccak256("RecuseArbitrator(bytes32 dispute,uint32 participant,uint256 nonce,uint64 deadline)"), request
        );
        bool first = found.stage == DisputeStage.UNDER_REVIEW && found.arbitrator == participant;
        uint256 seat = _seatOf(found, participant);
        uint256 key = participant == 0 ? _anybody() : _memberKey(participant);
        Attempt memory attempt = _inCase(found, IDisputeHistory.ArbitratorRecused.selector);
        bool good = (first || seat != 3) && _stands(key, participant, ROLE_ARBITRATOR);
        _sign(attempt, fields, key, good);
        attempt.call = abi.encodeCall(IDisputeDesk.recuseArbitrator, (request, attempt.signed));
        (bool done, bytes memory data) = _send(attempt);
        if (!done) return;
        (,, uint32 next) = abi.decode(data, (uint64, uint32, uint32));
        if (first) return _learnPassed(found, next);
        if (found.draw != 0) {
            bytes32 lot = keccak256(abi.encode(found.draw, uint256(participant)));
            _hold(next == _lot(found, lot), "another member of the panel was drawn");
        }
        _take(found, next);
        found.panel[seat] = next;
    }

    /// @dev Mostly who has the case or sits in the seat; else who had it, or anybody.
    function _drawArbitrator(Case storage found, uint256 seat) private returns (uint32 participant) {
        participant = found.stage == DisputeStage.APPEALED ? found.panel[seat] : found.arbitrator;
        if (_oneIn(8)) return found.former;
        if (participant == 0 || _oneIn(10)) return uint32(1 + _draw(MEMBERS));
    }

    /// @return 3 if he has none.
    function _seatOf(Case storage found, uint32 participant) private view returns (uint256) {
        if (found.stage != DisputeStage.APPEALED || participant == 0) return 3;
        for (uint256 seat = 0; seat < 3; ++seat) if (found.panel[seat] == participant) return seat;
        return 3;
    }

    function _learnPassed(Case storage found, uint32 next) private {
        (, uint256 count) = _leftOf(found);
        bool last = found.passes >= PASSES || count == 0;
        _hold((next == 0) == last, "the case is not passed on as it must be");
        found.passes += 1;
        (found.former, found.arbitrator, found.since) = (found.arbitrator, next, clock);
        _take(found, next);
        if (next == 0) _learnDefault(found);
    }

    function giveRuling(uint256 seed) public doing("giveRuling", seed) {
        (bool any, Case storage found) = _next(OF_REVIEW);
        if (!any) return;
        _awaitEvidence(found);
        GiveRuling memory request;
        (request.dispute, request.participant) = (found.id, _drawArbitrator(found, 0));
        request.reasons = bytes32(seed);
        bool right;
        (request.verdict, request.award, right) = _drawVerdict(found);
        uint256 key = request.participant == 0 ? _anybody() : _memberKey(request.participant);
        // A buyer who is an arbitrator too.
        uint256 buyerKey = sales[rmas[found.rma].sale].buyerKey;
        if (keyOf[_addressOf(buyerKey)].participant == request.participant && _oneIn(2)) key = buyerKey;
        bool good = right && found.stage == DisputeStage.UNDER_REVIEW && request.participant == found.arbitrator
            && _stands(key, request.participant, ROLE_ARBITRATOR) && clock >= found.evidenceUntil
            && _addressOf(key) != _addressOf(buyerKey);
        Attempt memory attempt = _inCase(found, IDisputeHistory.RulingGiven.selector);
        _sign(attempt, _rulingFields(request), key, good);
        attempt.call = abi.encodeCall(IDisputeDesk.giveRuling, (request, attempt.signed));
        (bool done,) = _send(attempt);
        if (!done) return;
        (found.stage, found.verdict, found.since) = (DisputeStage.RULED, request.verdict, clock);
        if (request.verdict == Verdict.AWARDED) found.ruling = request.award;
        for (uint256 i = 0; i < 3; ++i) found.requests[i] = 0;
    }

    /// @dev Mostly goes on to when evidence is over, or the second before.
    function _awaitEvidence(Case storage found) private {
        if (clock < found.evidenceUntil && !_oneIn(8)) _warp(found.evidenceUntil - (_oneIn(8) ? 1 : 0));
    }

    function _drawVerdict(Case storage found) private returns (Verdict verdict, Award memory award, bool good) {
        verdict = Verdict(_oneIn(2) ? 1 : _draw(3));
        bool awards = verdict == Verdict.AWARDED;
        if (_oneIn(20)) awards = !awards;
        if (awards) award = _drawAward(found);
        bool empty = award.lines.length == 0 && award.extraMinor == 0 && award.unpaidMinor == 0
            && award.buyerCostBasisPoints == 0;
        good = verdict == Verdict.AWARDED ? _isAwardGood(found, award) : empty;
    }

    /* APPEAL */

    function appealRuling(uint256 seed) public doing("appealRuling", seed) {
        (bool any, Case storage found) = _next(OF_RULED);
        if (!any) return;
        AppealRuling memory request = AppealRuling(found.id, _drawSide(found, _oneIn(2)), bytes32(seed));
        bytes memory fields = abi.encode(
            keccak256(
                "AppealRuling(bytes32 dispute,uint32 participant,bytes32 statement,uint256 nonce,uint64 deadline)"
            ),
            request
        );
        (, uint256 count) = _leftOf(found);
        bool good = found.stage == DisputeStage.RULED && count >= 3;
        Attempt memory attempt =
            _ofSide(found, request.participant, fields, IDisputeHistory.RulingAppealed.selector, good);
        attempt.call = abi.encodeCall(IDisputeDesk.appealRuling, (request, attempt.signed));
        (bool done, bytes memory data) = _send(attempt);
        if (!done) return;
        (,,, uint32[] memory panel) = abi.decode(data, (uint64, uint32, bytes32, uint32[]));
        _hold(panel.length == 3, "a panel of other than three");
        for (uint256 seat = 0; seat < panel.length; ++seat) {
            bytes32 lot = keccak256(abi.encode(found.draw, seat));
            _hold(found.draw == 0 || panel[seat] == _lot(found, lot), "another panel was drawn");
            _take(found, panel[seat]);
            found.panel[seat] = panel[seat];
        }
        (found.stage, found.since) = (DisputeStage.APPEALED, clock);
        found.evidenceUntil = clock + _termsOf(found).evidence_s;
    }

    function givePanelRuling(uint256 seed) public doing("givePanelRuling", seed) {
        (bool any, Case storage found) = _next(OF_APPEALED);
        if (!any) return;
        _awaitEvidence(found);
        GivePanelRuling memory request;
        (request.dispute, request.reasons) = (found.id, bytes32(seed));
        bool good;
        (request.verdict, request.award, good) = _drawVerdict(found);
        uint256 seat = _draw(3);
        uint32 one = _drawArbitrator(found, seat);
        uint32 other = _drawArbitrator(found, _oneIn(12) ? seat : (seat + 1) % 3);
        uint256[2] memory keys = [one == 0 ? _anybody() : _memberKey(one), other == 0 ? _anybody() : _memberKey(other)];
        good = good && request.verdict != Verdict.REFUSED && found.stage == DisputeStage.APPEALED
            && clock >= found.evidenceUntil && _mayDecide(found, keys[0]) && _mayDecide(found, keys[1])
            && keyOf[_addressOf(keys[0])].participant != keyOf[_addressOf(keys[1])].participant;
        Attempt memory attempt = _inCase(found, IDisputeHistory.PanelRulingGiven.selector);
        _sign(attempt, _panelFields(request), keys[0], good);
        Authorisation[] memory signed = _withSecond(attempt, keys[1]);
        attempt.call = abi.encodeCall(IDisputeDesk.givePanelRuling, (request, signed));
        (bool done,) = _send(attempt);
        if (!done) return;
        Award memory award = request.verdict == Verdict.AWARDED ? request.award : found.claim;
        _learnEnd(found, DisputeEnding.RULED_ON_APPEAL, request.verdict, award, _termsOf(found).costMinor);
    }

    function _mayDecide(Case storage found, uint256 key) private view returns (bool) {
        uint32 participant = keyOf[_addressOf(key)].participant;
        return _seatOf(found, participant) != 3 && _stands(key, participant, ROLE_ARBITRATOR)
            && _addressOf(key) != _addressOf(sales[rmas[found.rma].sale].buyerKey);
    }

    /* SILENCE */

    /// @dev Early, in the first second, or whenever; by anybody.
    function enforceDispute(uint256 seed) public doing("enforceDispute", seed) {
        (bool any, Case storage found) = _next(OPEN);
        if (!any) return;
        DisputeTurn memory turn = _turnIn(found);
        uint256 when = _draw(3);
        if (when != 0 && turn.enforceableAt > clock) _warp(turn.enforceableAt - uint64(when - 1));
        Attempt memory attempt = _inCase(found, IDisputeHistory.DisputeSilenceEnforced.selector);
        attempt.expected = turn.act != DisputeAct.NONE && clock >= turn.enforceableAt;
        attempt.call = abi.encodeCall(IDisputeDesk.enforce, (found.id));
        (bool done, bytes memory data) = _sendAlone(_addressOf(_anybody()), attempt);
        if (!done) return;
        successes[name] += 1;
        (, DisputeAct act, DisputeConsequence consequence, uint32 arbitrator,,) =
            abi.decode(data, (uint64, DisputeAct, DisputeConsequence, uint32, address, uint256));
        _hold(act == turn.act, "another act was waited for in the dispute");
        bool nobody = (act == DisputeAct.ANSWER || act == DisputeAct.RULE) && arbitrator == 0;
        DisputeConsequence expected = nobody ? DisputeConsequence.DEFAULTED : turn.consequence;
        _hold(consequence == expected, "silence in a dispute has another consequence");
        if (act == DisputeAct.ANSWER) {
            (, uint256 count) = _leftOf(found);
            _hold((arbitrator == 0) == (count == 0), "nobody gets the case, or somebody");
            _learnEscalated(found, arbitrator);
        } else if (act == DisputeAct.ESCALATE) {
            _learnWithdrawn(found);
        } else if (act == DisputeAct.RULE) {
            _learnPassed(found, arbitrator);
        } else {
            DisputeEnding ending = found.verdict == Verdict.REFUSED ? DisputeEnding.REFUSED : DisputeEnding.RULED;
            Award memory award = found.verdict == Verdict.AWARDED ? found.ruling : found.claim;
            _learnEnd(found, ending, found.verdict, award, _termsOf(found).costMinor);
        }
    }

    function _sendAlone(address sender, Attempt memory attempt) private returns (bool done, bytes memory data) {
        attempts[name] += 1;
        (bytes32 before,) = _pictureOf(attempt.returnId);
        vm.recordLogs();
        vm.prank(sender);
        (done,) = attempt.target.call(attempt.call);
        _hold(done == attempt.expected, done ? "enforced, and must not" : "not enforced, and must");
        data = _followOwn(vm.getRecordedLogs(), attempt, done);
        (bytes32 present,) = _pictureOf(attempt.returnId);
        _hold(done || present == before, "a failed call left a trace");
    }

    /// @dev From the table in the reference.
    function _turnIn(Case storage found) private view returns (DisputeTurn memory turn) {
        DisputeTerms memory terms = _termsOf(found);
        DisputeStage stage = found.stage;
        if (stage == DisputeStage.ENDED) return turn;
        bool judged = stage == DisputeStage.UNDER_REVIEW || stage == DisputeStage.APPEALED;
        uint64 start = judged && found.evidenceUntil > found.since ? found.evidenceUntil : found.since;
        if (judged) turn.from = found.evidenceUntil;
        if (stage == DisputeStage.INQUIRY) {
            turn = DisputeTurn(found.byBuyer ? 2 : 1, DisputeAct.ANSWER, 0, terms.respond_s, 0, DisputeConsequence.ESCALATED);
        } else if (stage == DisputeStage.ANSWERED) {
            turn =
                DisputeTurn(found.byBuyer ? 1 : 2, DisputeAct.ESCALATE, 0, terms.inquiry_s, 0, DisputeConsequence.WITHDRAWN);
        } else if (stage == DisputeStage.RULED) {
            turn = DisputeTurn(5, DisputeAct.APPEAL, 0, terms.appeal_s, 0, DisputeConsequence.FINAL);
        } else if (stage == DisputeStage.APPEALED) {
            turn = DisputeTurn(4, DisputeAct.RULE_ON_APPEAL, turn.from, terms.rule_s, 0, DisputeConsequence.FINAL);
        } else {
            bool last = found.passes >= PASSES || found.left.length == 0;
            DisputeConsequence then = last ? DisputeConsequence.DEFAULTED : DisputeConsequence.PASSED;
            turn = DisputeTurn(3, DisputeAct.RULE, turn.from, terms.rule_s, 0, then);
        }
        turn.until += start;
        turn.enforceableAt = turn.until + sales[rmas[found.rma].sale].terms.grace_s;
    }

    /* ENDING */

    function _learnDefault(Case storage found) private {
        Verdict verdict = _termsOf(found).buyerByDefault == found.byBuyer ? Verdict.AWARDED : Verdict.DISMISSED;
        _learnEnd(found, DisputeEnding.BY_DEFAULT, verdict, found.claim, 0);
    }

    function _learnEnd(Case storage found, DisputeEnding ending, Verdict verdict, Award memory award, uint256 costMinor)
        private
    {
        Rma storage rma = rmas[found.rma];
        (found.stage, found.since, found.former) = (DisputeStage.ENDED, clock, found.arbitrator);
        rma.disputed = false;
        bool applies = verdict == Verdict.AWARDED;
        (AcceptedLine[] memory accepted, bool completes) =
            _checkResolved(found, ending, applies, award, applies ? costMinor * award.buyerCostBasisPoints / ALL : 0);
        if (applies) _learnAward(rma, award, accepted, completes, costMinor * award.buyerCostBasisPoints / ALL);
        else _learnLetGo(rma, award, verdict != Verdict.REFUSED, ending == DisputeEnding.WITHDRAWN);
        (,,,,,,,,, uint256 dueMinor,) = abi.decode(
            alsoData,
            (uint64, bytes32, DisputeEnding, bool, Award, AcceptedLine[], bool, uint48, uint256, uint256, uint64)
        );
        _hold(ledger.refundOf(rma.id).dueMinor == dueMinor, "what is due is not what was resolved");
        _unpin(rma.sale);
        if (applies) (rma.pinned, rma.pinnedDue) = (true, dueMinor);
    }

    function _checkResolved(Case storage found, DisputeEnding ending, bool applies, Award memory award, uint256 costs)
        private
        returns (AcceptedLine[] memory accepted, bool completes)
    {
        (
            ,
            bytes32 dispute,
            DisputeEnding ended,
            bool applied,
            Award memory given,
            AcceptedLine[] memory list,
            bool whole,
            uint48 costsMinor,
            ,
            ,
            uint64 payUntil
        ) = abi.decode(
            alsoData,
            (uint64, bytes32, DisputeEnding, bool, Award, AcceptedLine[], bool, uint48, uint256, uint256, uint64)
        );
        _hold(dispute == found.id && ended == ending && applied == applies, "it ends otherwise");
        _hold(keccak256(abi.encode(given)) == keccak256(abi.encode(award)), "another award takes effect");
        _hold(costsMinor == costs, "other costs");
        uint64 until = applies ? clock + sales[rmas[found.rma].sale].terms.pay_s : 0;
        _hold(payUntil == until, "paid until another time");
        _hold(applies || list.length == 0, "pieces are accepted without an award");
        return (list, whole);
    }

    function _learnAward(
        Rma storage rma,
        Award memory award,
        AcceptedLine[] memory accepted,
        bool completes,
        uint256 costs
    ) private {
        Sale storage sale = sales[rma.sale];
        bool inGoods = rma.resolution == Resolution.REPLACEMENT || rma.resolution == Resolution.REPAIR;
        if (inGoods && rma.replaced) {
            rma.completes = false;
            for (uint256 i = 0; i < rma.pieces.length; ++i) {
                if (!rma.pieces[i].held) rma.pieces[i].diminished = rma.pieces[i].goods;
            }
        }
        bool anew = _isSentAnew(rma, award);
        uint256[] memory more = new uint256[](rma.pieces.length);
        for (uint256 i = 0; i < award.lines.length; ++i) {
            AwardedLine memory line = award.lines[i];
            Pieces storage pieces = rma.pieces[line.line];
            sale.lines[line.line].returning -= pieces.expected - _sumOf(line);
            if (line.rejected > pieces.rejected) rma.givenBack = false;
            (pieces.expected, pieces.received) = (_sumOf(line), uint256(line.accepted) + line.rejected);
            (pieces.rejected, pieces.held, pieces.decided) = (line.rejected, false, line.awaited == 0);
            more[line.line] = line.accepted - pieces.accepted;
        }
        _learnAccepted(rma, accepted, completes, more);
        for (uint256 i = 0; i < award.lines.length; ++i) {
            Pieces storage pieces = rma.pieces[award.lines[i].line];
            pieces.diminished = pieces.goods * (ALL - award.lines[i].awardBasisPoints) / ALL;
        }
        rma.extra += award.extraMinor;
        rma.costs += costs;
        rma.refunded -= award.unpaidMinor;
        sale.refunded -= award.unpaidMinor;
        (rma.ruled, rma.contested, rma.proved, rma.defaulted) = (true, false, false, false);
        (rma.resolution, rma.status) = (Resolution.REFUND, ReturnStatus.APPROVED);
        if (!anew) return;
        (rma.sent, rma.documented, rma.sellerParcels) = (false, false, 0);
        delete rma.parcels;
    }

    function _isSentAnew(Rma storage rma, Award memory award) private view returns (bool any) {
        for (uint256 i = 0; i < award.lines.length; ++i) if (award.lines[i].awaited != 0) any = true;
        for (uint256 i = 0; i < rma.pieces.length; ++i) {
            Pieces storage pieces = rma.pieces[i];
            if (!pieces.held && pieces.received < pieces.expected) return false;
        }
    }

    function _learnLetGo(Rma storage rma, Award memory claim, bool decided, bool withdrawn) private {
        bool more;
        for (uint256 i = 0; i < claim.lines.length; ++i) {
            Pieces storage pieces = rma.pieces[claim.lines[i].line];
            uint256 expected = pieces.expectedBefore < pieces.received ? pieces.received : pieces.expectedBefore;
            sales[rma.sale].lines[claim.lines[i].line].returning -= pieces.expected - expected;
            pieces.expected = expected;
            if (pieces.diminished != pieces.diminishedBefore) more = true;
            (pieces.diminished, pieces.held) = (pieces.diminishedBefore, false);
            if (decided) pieces.decided = true;
        }
        if (more && !withdrawn && !rma.contested) rma.defaulted = false;
        // The time to ask again runs anew: while it was disputed it could not be reopened.
        if (rma.status != ReturnStatus.APPROVED) rma.lapsedAt = clock;
    }

    /* MESSAGES, AND WHAT ONLY THE DESK MAY DO */

    function sendMessage(uint256 seed) public doing("sendMessage", seed) {
        if (rmas.length == 0 || !_oneIn(4)) return advance(_draw(type(uint256).max));
        Rma storage rma = rmas[_draw(rmas.length)];
        uint32 participant = _oneIn(2) ? 0 : _oneIn(12) ? uint32(1 + _draw(4)) : sales[rma.sale].seller;
        uint256 side = participant == 0 ? 0 : 1;
        SendMessage memory request = SendMessage(rma.id, participant, bytes32(seed));
        bytes memory fields = abi.encode(
            keccak256("SendMessage(bytes32 returnId,uint32 participant,bytes32 message,uint256 nonce,uint64 deadline)"),
            request
        );
        Attempt memory attempt = _on(address(ledger), rma.id, IReturnHistory.MessageSent.selector);
        attempt.returnId = rma.id;
        attempt.data = keccak256(abi.encode(clock, participant, request.message));
        _signSide(attempt, fields, rma, participant, messageCounts[rma.id][side] < MESSAGES);
        attempt.call = abi.encodeCall(IReturnLedger.sendMessage, (request, attempt.signed));
        (bool done,) = _send(attempt);
        if (done) messageCounts[rma.id][side] += 1;
    }

    /// @dev Nobody but the desk begins or ends a dispute.
    function pretendDispute(uint256 seed) public doing("pretendDispute", seed) {
        if (rmas.length == 0 || !_oneIn(4)) return advance(_draw(type(uint256).max));
        Rma storage rma = rmas[_draw(rmas.length)];
        Award memory award;
        award.extraMinor = 1;
        Attempt memory attempt = _on(address(ledger), rma.id, IReturnHistory.DisputeResolved.selector);
        attempt.returnId = rma.id;
        bytes32 id = lastDispute[rma.id];
        attempt.call = _oneIn(3)
            ? abi.encodeCall(IReturnLedger.beginDispute, (rma.id, id, true, award, 0))
            : abi.encodeCall(
                IReturnLedger.endDispute, (rma.id, id, true, DisputeEnding.RULED, true, true, award, 0, 0)
            );
        if (!_sendFrom(_addressOf(_anybody()), attempt)) successes[name] += 1; // Refused, as it must be.
    }

    /* WHAT HOLDS AFTER EVERY CALL */

    function _alsoCheck(Rma storage rma) internal virtual override {
        super._alsoCheck(rma);
        for (uint256 i = 0; i < cases.length; ++i) {
            Case storage found = cases[i];
            if (found.id == 0 || found.id != lastDispute[rma.id]) continue;
            (DisputeStage stage,, bytes32 returnId, uint32 arbitrator) = desk.standingOf(found.id);
            _hold(stage == found.stage && returnId == rma.id, "another stage");
            _hold(arbitrator == found.arbitrator, "another arbitrator");
            _hold(rma.disputed == (stage != DisputeStage.ENDED), "disputed, or not");
            bytes32 turn = keccak256(abi.encode(desk.turnOf(found.id)));
            _hold(turn == keccak256(abi.encode(_turnIn(found))), "another turn of the dispute");
        }
    }
}
