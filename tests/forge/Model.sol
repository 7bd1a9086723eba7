// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Breakdown} from "../../contracts/libraries/RefundRule.sol";
import "./Setup.sol";
import {Vm} from "./Vm.sol";

/// @notice What should be recorded, kept a second time from what was validly signed, and the one way to send a call.
abstract contract Model is Setup {
    struct Line {
        uint256 quantity;
        uint256 net; // After discounts.
        uint256 tax;
        uint256 duty;
        uint256 returning;
        uint256 accepted;
        bool finalSale;
    }

    struct Sale {
        bytes32 id;
        uint32 seller;
        uint32 series;
        Terms terms;
        bool consumer;
        bool informed;
        uint256 claimKey;
        uint256 buyerKey;
        uint256 proposedKey; // 0: none.
        uint256 takesOverAt;
        uint256 deliveredAt;
        uint256 paid;
        uint256 refunded; // By the entries.
        uint32 returns_;
        Line[] lines;
    }

    struct Pieces {
        uint256 requested;
        uint256 expected;
        uint256 received;
        uint256 accepted;
        uint256 rejected;
        uint256 goods; // Minor units, of the accepted ones.
        uint256 diminished;
        bool held; // By the open dispute.
        bool decided; // By one that ended.
        uint256 expectedBefore; // What held lines had.
        uint256 diminishedBefore;
    }

    struct Rma {
        bytes32 id;
        uint256 sale;
        ReturnStatus status;
        ReturnKind kind;
        Resolution resolution;
        uint32 inspector;
        uint256 lapsedAt;
        uint256 closedAt;
        uint256 questions;
        uint256 refunded; // Without goodwill.
        uint256 sellerParcels; // How many of them the seller named.
        bytes32[] parcels; // Named since it was opened, or opened again.
        bool weak;
        bool arrived;
        bool sent;
        bool documented;
        bool replaced;
        bool givenBack;
        bool returnless;
        bool reopened;
        bool contested;
        bool proved;
        bool defaulted;
        bool completes;
        bool disputed; // A dispute is open.
        bool ruled; // An award took effect.
        bool silent; // The seller's silence had a consequence, and he paid nothing since.
        bool recorded; // What he owes stands in his record.
        bool pinned; // Nothing changed since an award, but time.
        uint256 pinnedDue;
        uint256 extra; // Awarded.
        uint256 costs;
        uint256 escrowed;
        Pieces[] pieces;
    }

    /// @dev What one entry must be.
    struct Entry {
        address at; // Zero: there is none.
        bytes32 topic;
        bytes32 subject;
        bytes32 data; // Hash of it; zero: whatever.
    }

    /// @dev One call, and what must come of it.
    struct Attempt {
        address target;
        bytes call;
        Authorisation signed;
        bool expected; // Whether it must succeed.
        bytes32 digest;
        bytes32 topic; // Of the entry that it makes.
        bytes32 subject;
        bytes32 data; // Hash of the entry's data; zero: whatever.
        bytes32 returnId; // Whose state may change; zero if none.
        Entry also; // A second entry of the same request.
        bytes32 dispute; // That it may end; zero: none.
        address second; // Who signs too, with the same nonce; zero: nobody.
    }

    struct Key {
        uint32 participant;
        uint64 addedAt;
        uint64 endedAt; // 0: not ended.
    }

    string public broken; // The first promise that was not kept.
    Sale[] internal sales;
    Rma[] internal rmas;
    uint256[] internal people; // Keys of buyers and strangers.
    mapping(address key => Key) internal keyOf;
    mapping(uint32 participant => uint16) internal rolesOf;
    mapping(uint32 participant => bool) internal suspended;
    mapping(address target => mapping(address actor => mapping(uint256 nonce => bool))) internal used;
    mapping(address target => mapping(address actor => uint256)) internal lastNonce;
    mapping(bytes32 place => bytes32) internal heads;
    mapping(bytes32 place => bool) internal seen;
    address[] internal emitters;
    bytes32[] internal subjects;
    mapping(bytes32 returnId => bytes32) internal lastDispute;
    bytes internal alsoData; // Of the second entry of the last call.
    bytes32 private _record; // Hash of the last entry in a seller's record, and how many there are.
    uint256 private _records;
    uint256 private _recordsExpected;
    Attempt internal kept; // An earlier call that was recorded, to be sent again.

    bytes32[] internal names;
    mapping(bytes32 name => uint256) public calls;
    mapping(bytes32 name => uint256) public attempts;
    mapping(bytes32 name => uint256) public successes;
    bytes32 internal name;
    uint256 internal salt;
    uint256 private _random;
    bool public finished;

    /* PROMISES, CHANCE, COUNTS */

    function _hold(bool condition, string memory what) internal {
        if (!condition && bytes(broken).length == 0) broken = string.concat(_text(name), ": ", what);
    }

    modifier doing(bytes32 what, uint256 seed) {
        vm.warp(clock);
        name = what;
        _random = seed ^ salt;
        if (calls[what]++ == 0) names.push(what);
        _;
    }

    function _draw(uint256 below) internal returns (uint256) {
        _random = uint256(keccak256(abi.encode(_random)));
        return _random % below;
    }

    function _oneIn(uint256 times) internal returns (bool) {
        return _draw(times) == 0;
    }

    function _text(bytes32 word) internal pure returns (string memory) {
        uint256 length;
        while (length < 32 && word[length] != 0) ++length;
        bytes memory text = new bytes(length);
        for (uint256 i = 0; i < length; ++i) text[i] = word[i];
        return string(text);
    }

    /// @dev `name calls attempts successes`, one function after the other.
    function counts() external view returns (string memory line) {
        for (uint256 i = 0; i < names.length; ++i) {
            line = string.concat(line, _text(names[i]), " ", vm.toString(calls[names[i]]), " ");
            line = string.concat(line, vm.toString(attempts[names[i]]), " ");
            line = string.concat(line, vm.toString(successes[names[i]]), " ");
        }
    }

    /* SIGNATURES */

    /// @dev Signs with `key`, or in one of nine ways that must not count.
    function _authorise(address target, bytes memory fields, uint256 key)
        internal
        returns (Authorisation memory signed, bytes32 digest, bool valid)
    {
        address actor = _addressOf(key);
        uint64 deadline = _oneIn(4) ? clock : FAR;
        signed = Authorisation(actor, ++nonces, deadline, "");
        uint256 fault = _draw(40);
        valid = fault > 8;
        if (fault == 0 && used[target][actor][lastNonce[target][actor]]) signed.nonce = lastNonce[target][actor];
        else if (fault == 0) signed.deadline = clock - 1;
        if (fault == 1) signed.deadline = clock - 1;
        digest = _digestOf(domainOf[target], fields, signed.nonce, signed.deadline);
        if (fault == 2) key = _anybody();
        valid = valid || (fault == 2 && _addressOf(key) == actor);
        bytes32 hashed = digest;
        if (fault == 3) hashed = _digestOf(domainOf[target], fields, signed.nonce + 1, signed.deadline);
        if (fault == 4) hashed = _digestOf(domainOf[target], fields, signed.nonce, signed.deadline + 1);
        if (fault == 5) hashed = _digestOf(domainOf[address(parcels)], bytes.concat(fields, "."), signed.nonce, deadline);
        signed.signature = _rawSign(key, hashed);
        if (fault == 6) signed.signature = bytes.concat(signed.signature, hex"00");
        if (fault == 7) signed.signature = _malleable(signed.signature);
        if (fault == 8) signed.signature = _signHash(key, _isP256(key) ? hashed : sha256(abi.encode(hashed)));
    }

    /// @dev The same signature with s in its upper half.
    function _malleable(bytes memory signature) private pure returns (bytes memory) {
        bytes32 r;
        uint256 s;
        if (signature.length != 65) {
            bytes32 x;
            bytes32 y;
            (x, y, r, s) = abi.decode(signature, (bytes32, bytes32, bytes32, uint256));
            return abi.encode(x, y, r, P256_ORDER - s);
        }
        assembly ("memory-safe") {
            r := mload(add(signature, 32))
            s := mload(add(signature, 64))
        }
        return abi.encodePacked(r, SECP256K1_ORDER - s, uint8(55) - uint8(signature[64]));
    }

    /* ACTORS */

    /// @dev Any key at all: members', ended, buyers', strangers', the council's.
    function _anybody() internal returns (uint256) {
        uint256 group = _draw(MEMBERS + 3);
        if (group == 0) return council[_draw(council.length)];
        if (group <= MEMBERS) return keysOf[uint32(group)][_draw(keysOf[uint32(group)].length)];
        return people[_draw(people.length)];
    }

    /// @dev Mostly the one who should speak.
    function _mostly(uint256 key) internal returns (uint256) {
        return _oneIn(12) ? _anybody() : key;
    }

    /// @dev Mostly one that is in force; at times one that ended, for which alone it must be refused.
    function _memberKey(uint32 participant) internal returns (uint256) {
        uint256[] storage list = keysOf[participant];
        if (list.length == 0) return _anybody();
        uint256 start = _draw(list.length);
        if (_oneIn(12)) return _anybody();
        if (_hasEnded(list[start]) && _oneIn(8)) return list[start];
        for (uint256 i = 0; i < list.length; ++i) {
            uint256 key = list[(start + i) % list.length];
            if (!_hasEnded(key)) return key;
        }
        return list[start];
    }

    function _hasEnded(uint256 key) internal view returns (bool) {
        return keyOf[_addressOf(key)].endedAt != 0;
    }

    function _stands(uint256 key, uint32 participant, uint16 roles) internal view returns (bool) {
        Key storage found = keyOf[_addressOf(key)];
        return participant != 0 && found.participant == participant && found.endedAt == 0 && !suspended[participant]
            && rolesOf[participant] & roles != 0;
    }

    /* SENDING */

    /// @dev Sends, alone or within `submit`, and compares what happened with what must happen.
    /// @return done Whether it was recorded.
    /// @return data Of its entry.
    function _send(Attempt memory attempt) internal returns (bool done, bytes memory data) {
        (bytes32 before,) = _pictureOf(attempt.returnId);
        attempts[name] += 1;
        Authorisation memory signed = attempt.signed;
        bool spent = used[attempt.target][signed.actor][signed.nonce];
        vm.recordLogs();
        if (_oneIn(4)) done = _submit(attempt);
        else (done,) = attempt.target.call(attempt.call);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        _hold(done == attempt.expected, done ? "succeeded, and must not" : "failed, and must not");
        data = _followOwn(logs, attempt, done);
        if (done && attempt.second != address(0)) used[attempt.target][attempt.second][signed.nonce] = true;
        _hold(_isSpent(attempt, attempt.second) == used[attempt.target][attempt.second][signed.nonce], "another nonce of the second signer is used");
        bool isSpent = _isSpent(attempt, signed.actor);
        if (!done) {
            (bytes32 present,) = _pictureOf(attempt.returnId);
            _hold(present == before, "a failed call left a trace");
            _hold(isSpent == spent, "a failed call used a nonce");
            return (done, data);
        }
        _hold(!spent && isSpent, "a nonce served twice");
        used[attempt.target][signed.actor][signed.nonce] = true;
        lastNonce[attempt.target][signed.actor] = signed.nonce;
        successes[name] += 1;
        if (_oneIn(8)) kept = attempt;
    }

    function _isSpent(Attempt memory attempt, address actor) private view returns (bool) {
        return ISignedRequests(attempt.target).nonceUsed(actor, attempt.signed.nonce);
    }

    /// @dev A call that needs no signature, from any sender.
    function _sendFrom(address sender, Attempt memory attempt) internal returns (bool done) {
        (bytes32 before,) = _pictureOf(attempt.returnId);
        attempts[name] += 1;
        vm.recordLogs();
        vm.prank(sender);
        (done,) = attempt.target.call(attempt.call);
        (bytes32 present,) = _pictureOf(attempt.returnId);
        // What fails within `submit` does not fail the whole.
        if (bytes4(attempt.call) == ISignedRequests.submit.selector) done = present != before;
        _hold(done == attempt.expected, done ? "succeeded, and must not" : "failed, and must not");
        _hold(done || present == before, "a failed call left a trace");
        _followOwn(vm.getRecordedLogs(), attempt, done);
    }

    /// @dev The entries of one call. Forge also gives those that were undone, so a refused call is judged by the head.
    function _followOwn(Vm.Log[] memory logs, Attempt memory attempt, bool done)
        internal
        returns (bytes memory data)
    {
        uint256 count;
        if (done && attempt.dispute != 0) {
            (DisputeStage stage,,,) = desk.standingOf(attempt.dispute);
            bytes32 resolved = IReturnHistory.DisputeResolved.selector;
            if (stage == DisputeStage.ENDED) attempt.also = Entry(address(ledger), resolved, attempt.returnId, 0);
        }
        if (done) (count, data) = _follow(logs, attempt);
        _hold(count == (!done ? 0 : attempt.also.at == address(0) ? 1 : 2), "wrong number of entries");
        _hold(done || _headIs(attempt.target, attempt.subject), "a failed call left an entry");
    }

    /// @dev Twice in one `submit`: the second must fail, and the first is as if it had been sent alone.
    function _submit(Attempt memory attempt) private returns (bool done) {
        bytes[] memory list = new bytes[](2);
        list[0] = attempt.call;
        list[1] = attempt.call;
        (bool whole,) = attempt.target.call(abi.encodeCall(ISignedRequests.submit, (list)));
        _hold(whole, "submit failed as a whole");
        return ISignedRequests(attempt.target).nonceUsed(attempt.signed.actor, attempt.signed.nonce)
            && !used[attempt.target][attempt.signed.actor][attempt.signed.nonce];
    }

    /// @dev Hashes the heads of all entries anew. Of an attempt, topic, subject and digest must be its own.
    /// @return count How many entries there are.
    /// @return data Of the first.
    function _follow(Vm.Log[] memory logs, Attempt memory attempt) internal returns (uint256 count, bytes memory data) {
        for (uint256 i = 0; i < logs.length; ++i) {
            // A token logs its transfers in a form of the same size.
            if (logs[i].topics.length != 3 || domainOf[logs[i].emitter] == 0) continue;
            _followOne(logs[i]);
            bytes32 topic = logs[i].topics[0];
            bool ofRecord = topic == IParticipantRegistry.DefaultRecorded.selector
                || topic == IParticipantRegistry.DefaultSettled.selector;
            if (ofRecord) {
                _noteRecord(logs[i]);
                continue;
            }
            if (attempt.target != address(0)) _checkEntry(logs[i], attempt, count);
            if (count == 0) data = logs[i].data;
            if (count == 1) alsoData = logs[i].data;
            ++count;
        }
    }

    function _noteRecord(Vm.Log memory log) private {
        _record = keccak256(abi.encode(log.topics[0], log.topics[1], log.data));
        _records += 1;
        _hold(log.emitter == address(registry) && log.topics[2] == 0, "a record of another contract");
    }

    /// @dev The last call made exactly this entry in the seller's public record.
    function _holdRecord(bytes32 topic, uint32 seller, bytes memory data) internal {
        bytes32 subject = keccak256(abi.encode(bytes32("record"), seller));
        _recordsExpected += 1;
        _hold(_record == keccak256(abi.encode(topic, subject, data)), "another entry in the seller's record");
    }

    function _followOne(Vm.Log memory log) private {
        bytes32 place = keccak256(abi.encode(log.emitter, log.topics[1]));
        bytes32 previous = _followedHead(log.emitter, log.topics[1]);
        if (!seen[place]) {
            seen[place] = true;
            emitters.push(log.emitter);
            subjects.push(log.topics[1]);
        }
        bytes32 data = keccak256(log.data);
        heads[place] = keccak256(abi.encode(previous, log.topics[0], log.topics[2], data));
    }

    function _checkEntry(Vm.Log memory log, Attempt memory attempt, uint256 position) private {
        Entry memory entry = position == 0
            ? Entry(attempt.target, attempt.topic, attempt.subject, attempt.data)
            : attempt.also;
        _hold(log.emitter == entry.at, "an entry of another contract");
        _hold(log.topics[0] == entry.topic, "an entry of another kind");
        _hold(log.topics[1] == entry.subject, "an entry of another subject");
        _hold(entry.data == 0 || keccak256(log.data) == entry.data, "an entry with other contents");
        _hold(log.topics[2] == attempt.digest, "an entry of another request");
        _hold(abi.decode(log.data, (uint64)) == clock, "an entry of another time");
        _hold(_headIs(log.emitter, log.topics[1]), "the head is not that of the entries");
    }

    function _headIs(address emitter, bytes32 subject) private view returns (bool) {
        return IHistory(emitter).head(subject) == _followedHead(emitter, subject);
    }

    function _followedHead(address emitter, bytes32 subject) private view returns (bytes32) {
        bytes32 place = keccak256(abi.encode(emitter, subject));
        return seen[place] ? heads[place] : keccak256(abi.encode(block.chainid, emitter, subject));
    }

    function _pictureOf(bytes32 returnId) internal view returns (bytes32 picture, Turn memory turn) {
        if (returnId == 0) return (picture, turn);
        (bool known, bytes memory turned) = address(ledger).staticcall(abi.encodeCall(IReturnLedger.turnOf, (returnId)));
        if (known) turn = abi.decode(turned, (Turn));
        (, bytes memory refund) = address(ledger).staticcall(abi.encodeCall(IReturnLedger.refundOf, (returnId)));
        bytes32 head = IHistory(address(ledger)).head(returnId);
        picture = keccak256(abi.encode(turned, refund, head, ledger.statusOf(returnId), _depositOf(returnId)));
        bytes32 dispute = lastDispute[returnId];
        if (dispute == 0) return (picture, turn);
        (, bytes memory standing) = address(desk).staticcall(abi.encodeCall(IDisputeDesk.standingOf, (dispute)));
        picture = keccak256(abi.encode(picture, standing, desk.turnOf(dispute), IHistory(address(desk)).head(dispute)));
    }

    /// @dev What the escrow holds for a return, and for all.
    function _depositOf(bytes32 returnId) private view returns (bytes32) {
        (IERC20 token, uint256 units) = escrow.depositOf(returnId);
        bytes32 head = IHistory(address(escrow)).head(returnId);
        if (address(token) == address(0)) return keccak256(abi.encode(head, units));
        return keccak256(abi.encode(head, token, units, escrow.heldOf(token), token.balanceOf(address(escrow))));
    }

    /* WHAT HOLDS AFTER EVERY CALL */

    /// @dev Of one return, by its position: what it owes, whose turn it is, and what was accepted and refunded.
    function check(uint256 index) public {
        if (rmas.length == 0) return;
        Rma storage rma = rmas[index % rmas.length];
        Sale storage sale = sales[rma.sale];
        _hold(ledger.statusOf(rma.id) == rma.status, "another status");
        _hold(sale.refunded <= sale.paid, "more refunded than paid");
        Breakdown memory refund = ledger.refundOf(rma.id);
        _hold(refund.dueMinor + sale.refunded <= sale.paid, "more due than is left");
        uint256 plus = refund.goodsMinor + refund.deliveryMinor + refund.overpaidMinor + rma.extra;
        uint256 minus = refund.diminishedMinor + refund.restockingMinor + refund.returnShippingMinor
            + refund.cappedMinor + refund.costsMinor + rma.refunded;
        _hold(plus == minus + refund.dueMinor, "the breakdown does not add up");
        _hold(refund.diminishedMinor + refund.restockingMinor <= refund.goodsMinor, "more deducted than the goods");
        _hold(refund.costsMinor <= rma.costs, "more costs than were ruled");
        _hold(!rma.pinned || refund.dueMinor == rma.pinnedDue, "what is due is not what was ruled");
        _hold(_records == _recordsExpected, "another number of entries in records");
        for (uint256 i = 0; i < sale.lines.length; ++i) {
            _hold(sale.lines[i].returning <= sale.lines[i].quantity, "more returned than sold");
            _hold(sale.lines[i].accepted <= sale.lines[i].quantity, "more accepted than sold");
        }
        _checkTurn(rma, sale, refund.dueMinor);
        _alsoCheck(rma);
    }

    /// @dev What a handler holds besides, of one return.
    function _alsoCheck(Rma storage rma) internal virtual {}

    function _checkTurn(Rma storage rma, Sale storage sale, uint256 dueMinor) private {
        Turn memory turn = ledger.turnOf(rma.id);
        (Act act, Consequence consequence) = _turn(rma, sale.terms, dueMinor);
        _hold(turn.act == act, "another act is waited for");
        _hold(turn.consequence == consequence, "silence has another consequence");
        _hold((act == Act.NONE) == (rma.status == ReturnStatus.CLOSED), "nothing is waited for");
        bool timed = turn.enforceableAt == turn.until + sale.terms.grace_s;
        _hold(act == Act.NONE || act == Act.DISPUTE ? turn.enforceableAt == 0 : timed, "enforceable at another time");
    }

    /// @dev Whose turn it is, from the table in the reference.
    function _turn(Rma storage rma, Terms storage terms, uint256 dueMinor)
        internal
        view
        returns (Act, Consequence)
    {
        if (rma.status == ReturnStatus.CLOSED) return (Act.NONE, Consequence.NONE);
        if (rma.status == ReturnStatus.REQUESTED) {
            bool lenient = terms.choices & CHOICE_LATE_SILENCE_APPROVES != 0;
            return (Act.ANSWER, rma.weak && !lenient ? Consequence.DECLINED : Consequence.APPROVED);
        }
        if (rma.status == ReturnStatus.QUESTIONED) return (Act.SUPPLY, Consequence.EXPIRED);
        if (rma.status != ReturnStatus.APPROVED) {
            if (rma.disputed) return (Act.DISPUTE, Consequence.NONE);
            return (rma.reopened ? Act.CONFIRM : Act.REOPEN, Consequence.CLOSED);
        }
        (uint256 expected, uint256 received, uint256 accepted, uint256 rejected) = _sums(rma);
        if (accepted + rejected < expected) {
            if (rma.kind == ReturnKind.WITHDRAWAL && !rma.ruled && (_proven(rma) || received != 0)) {
                return (Act.REFUND, Consequence.ACCEPTED);
            }
            if (received > accepted + rejected) return (Act.INSPECT, Consequence.ACCEPTED);
            Consequence missing = received == 0 && !rma.disputed && !rma.ruled ? Consequence.EXPIRED : Consequence.SHORT;
            if (!rma.sent) return (Act.SEND, missing);
            if (!_proven(rma)) return (Act.RECEIVE, missing);
            bool buyers = terms.choices & CHOICE_LOSS_IS_BUYERS != 0;
            return (Act.RECEIVE, buyers ? Consequence.SHORT : Consequence.ACCEPTED);
        }
        bool inMoney = rma.resolution == Resolution.REFUND || rma.resolution == Resolution.STORE_CREDIT;
        if (rma.contested && !rma.defaulted) return (Act.PROVE, Consequence.DEFAULTED);
        if (inMoney && dueMinor != 0 && !rma.defaulted) return (Act.REFUND, Consequence.DEFAULTED);
        if (!inMoney && accepted != 0 && !rma.replaced) return (Act.REPLACE, Consequence.REFUND_INSTEAD);
        if (rejected != 0 && !rma.givenBack) return (Act.GIVE_BACK, Consequence.ACCEPTED);
        if (rma.disputed) return (Act.DISPUTE, Consequence.NONE);
        return (Act.CONFIRM, Consequence.CLOSED);
    }

    /// @dev Whether the seller may still dispute what his silence did.
    function _windowIsOpen(Rma storage rma) internal view returns (bool) {
        Sale storage sale = sales[rma.sale];
        if (!rma.silent) return false;
        uint256 since = ledger.claimOf(rma.id).since;
        return clock < since + _disputes(_seriesOf(sale)).dispute_s + sale.terms.grace_s;
    }

    function _seriesOf(Sale storage sale) internal view returns (uint32) {
        return sale.series;
    }

    /// @dev Whether a document or a carrier shows that the goods were sent.
    function _proven(Rma storage rma) private view returns (bool) {
        if (!rma.sent || rma.documented) return rma.sent;
        for (uint256 i = 0; i < rma.parcels.length; ++i) {
            if (seen[keccak256(abi.encode(parcels, rma.parcels[i]))]) return true;
        }
        return false;
    }

    /// @dev Of the lines that are not in dispute.
    function _sums(Rma storage rma)
        internal
        view
        returns (uint256 expected, uint256 received, uint256 accepted, uint256 rejected)
    {
        for (uint256 i = 0; i < rma.pieces.length; ++i) {
            Pieces storage pieces = rma.pieces[i];
            if (pieces.held) continue;
            expected += pieces.expected;
            received += pieces.received;
            accepted += pieces.accepted;
            rejected += pieces.rejected;
        }
    }

    /* WHAT HOLDS AT THE END */

    /// @dev All heads are those of their entries, each return is as the model has it, and each can be ended by its
    /// buyer now, and by nobody's word in time.
    function finish() external {
        name = "finish";
        vm.warp(clock);
        for (uint256 i = 0; i < subjects.length; ++i) {
            _hold(_headIs(emitters[i], subjects[i]), "the head is not that of the entries");
        }
        for (uint256 i = 0; i < rmas.length; ++i) {
            check(i);
            if (rmas[i].status != ReturnStatus.CLOSED) _checkBuyerCloses(rmas[i]);
        }
        // Silence changes what is left of a sale, and the books do not follow: so it comes after all that is compared.
        for (uint256 i = 0; i < rmas.length; ++i) {
            if (rmas[i].status == ReturnStatus.CLOSED) continue;
            if (rmas[i].disputed) _checkSilenceEnds(lastDispute[rmas[i].id]);
            _checkSilenceCloses(rmas[i].id);
        }
        _alsoFinish();
        finished = true;
    }

    /// @dev What a handler holds besides, once all returns are closed. The books of their status are not.
    function _alsoFinish() internal virtual {}

    function _checkBuyerCloses(Rma storage rma) private {
        uint256 snapshot = vm.snapshotState();
        CloseReturn memory request = CloseReturn(rma.id);
        bytes memory fields = abi.encode(CLOSE_TYPE, request);
        Authorisation memory signed = _signs(address(ledger), fields, sales[rma.sale].buyerKey);
        (bool done,) = address(ledger).call(abi.encodeCall(IReturnLedger.closeReturn, (request, signed)));
        done = done && ledger.statusOf(rma.id) == ReturnStatus.CLOSED;
        vm.revertToState(snapshot);
        bool may = !rma.disputed && !_windowIsOpen(rma);
        _hold(done == may, may ? "the buyer cannot close" : "the buyer closes while it is disputed");
    }

    bytes32 internal constant CLOSE_TYPE = keccak256("CloseReturn(bytes32 returnId,uint256 nonce,uint64 deadline)");
    uint256 private constant SILENCES = 10;
    uint256 private constant DISPUTE_SILENCES = 12;

    /// @dev Nobody but a stranger does anything.
    function _checkSilenceEnds(bytes32 dispute) private {
        for (uint256 i = 0; i < DISPUTE_SILENCES && desk.turnOf(dispute).act != DisputeAct.NONE; ++i) {
            uint64 at = desk.turnOf(dispute).enforceableAt;
            if (at > clock) _warp(at);
            vm.prank(address(uint160(i + 1)));
            (bool done,) = address(desk).call(abi.encodeCall(IDisputeDesk.enforce, (dispute)));
            _hold(done, "silence in a dispute has no consequence");
        }
        (DisputeStage stage,,,) = desk.standingOf(dispute);
        _hold(stage == DisputeStage.ENDED, "silence does not end a dispute");
    }

    function _checkSilenceCloses(bytes32 returnId) private {
        for (uint256 i = 0; i < SILENCES && ledger.statusOf(returnId) != ReturnStatus.CLOSED; ++i) {
            uint64 at = ledger.turnOf(returnId).enforceableAt;
            if (at > clock) _warp(at);
            (bool done,) = address(ledger).call(abi.encodeCall(IReturnLedger.enforce, (returnId)));
            _hold(done, "silence has no consequence");
        }
        _hold(ledger.statusOf(returnId) == ReturnStatus.CLOSED, "silence does not end it");
    }
}
