// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import "./Bookkeeping.sol";
import {Vm} from "./Vm.sol";

/// @notice Time and silence, replays, the council, policies and carriers.
abstract contract HandlerOfMembers is Bookkeeping {
    uint256 private constant KEYS = 8; // Of one participant.
    bytes32 private constant CHECKPOINT_TYPE = keccak256(
        "RecordCheckpoint(uint32 participant,bytes32 tracking,bytes32 facts,bytes32 code,bytes32 document,uint256 nonce,uint64 deadline)"
    );

    function advance(uint256 seed) public virtual;

    /* TIME AND SILENCE */

    function warp(uint256 seed) public doing("warp", seed) {
        if (!_oneIn(4)) return advance(_draw(type(uint256).max));
        _warp(clock + uint64(_draw(_oneIn(3) ? 12 days : 6 hours)));
        attempts[name] += 1;
        successes[name] += 1;
    }

    /// @dev Early, in the first second, or whenever.
    function enforce(uint256 seed) public doing("enforce", seed) {
        if (rmas.length == 0) return advance(_draw(type(uint256).max));
        Rma storage rma = focus == 0 && _oneIn(3) ? rmas[_draw(rmas.length)] : _returnIn(0xfe & ~(1 << uint8(ReturnStatus.CLOSED)));
        (bytes32 before, Turn memory turn) = _pictureOf(rma.id);
        uint256 when = _draw(3);
        if (when != 0 && turn.enforceableAt > clock) _warp(turn.enforceableAt - uint64(when - 1));
        bool expected = turn.act != Act.NONE && clock >= turn.enforceableAt;
        Breakdown memory refund = ledger.refundOf(rma.id);
        vm.recordLogs();
        (bool done,) = address(ledger).call(abi.encodeCall(IReturnLedger.enforce, (rma.id)));
        attempts[name] += 1;
        _hold(done == expected, done ? "enforced, and must not" : "not enforced, and must");
        Attempt memory attempt = _on(address(ledger), rma.id, IReturnHistory.SilenceEnforced.selector);
        (uint256 count, bytes memory data) = _follow(vm.getRecordedLogs(), attempt);
        _hold(count == (done ? 1 : 0), "wrong number of entries");
        if (done) return _learnSilence(rma, turn, refund.dueMinor, data);
        (bytes32 present,) = _pictureOf(rma.id);
        _hold(present == before, "a failed call left a trace");
    }

    function _learnSilence(Rma storage rma, Turn memory turn, uint256 dueMinor, bytes memory data) private {
        successes[name] += 1;
        (, Act act, Consequence consequence, uint256 owedMinor, AcceptedLine[] memory accepted, bool completes) =
            abi.decode(data, (uint64, Act, Consequence, uint256, AcceptedLine[], bool));
        _hold(act == turn.act && consequence == turn.consequence, "not what turnOf said");
        uint256 owed = rma.contested ? dueMinor + rma.refunded : dueMinor;
        _hold(owedMinor == (consequence == Consequence.DEFAULTED ? owed : 0), "another amount is owed");
        uint256[] memory pieces = new uint256[](rma.pieces.length);
        if (consequence == Consequence.APPROVED) {
            rma.status = ReturnStatus.APPROVED;
        } else if (consequence == Consequence.DECLINED) {
            _lapse(rma, ReturnStatus.DECLINED);
        } else if (consequence == Consequence.EXPIRED) {
            _lapse(rma, ReturnStatus.EXPIRED);
        } else if (consequence == Consequence.ACCEPTED) {
            if (act == Act.GIVE_BACK) for (uint256 i = 0; i < pieces.length; ++i) rma.pieces[i].rejected = 0;
            pieces = act == Act.INSPECT ? _waiting(rma) : _acceptAll(rma);
        } else if (consequence == Consequence.SHORT) {
            _shorten(rma);
        } else if (consequence == Consequence.DEFAULTED) {
            rma.defaulted = true;
        } else if (consequence == Consequence.REFUND_INSTEAD) {
            rma.resolution = Resolution.REFUND;
        } else {
            _hold(consequence == Consequence.CLOSED, "silence without consequence");
            rma.status = ReturnStatus.CLOSED;
        }
        _learnAccepted(rma, accepted, completes, pieces);
    }

    /// @dev What was recorded once is never recorded again, by itself or under other circumstances.
    function replay(uint256 seed) public doing("replay", seed) {
        if (kept.target == address(0)) return;
        Attempt memory attempt = kept;
        attempt.expected = false;
        (bool done,) = _send(attempt);
        if (!done) successes[name] += 1; // Refused, as it must be.
    }

    /* COUNCIL */

    function setSuspension(uint256 seed) public doing("setSuspension", seed) {
        if (!_oneIn(4)) return advance(_draw(type(uint256).max));
        uint32 participant = uint32(1 + _draw(MEMBERS));
        for (uint32 i = 1; i <= MEMBERS; ++i) if (suspended[i] && !_oneIn(8)) participant = i;
        SetSuspension memory request = SetSuspension(participant, !suspended[participant] ? _oneIn(2) : _oneIn(8));
        bytes memory fields = abi.encode(
            keccak256("SetSuspension(uint32 participant,bool suspended,uint256 nonce,uint64 deadline)"), request
        );
        (Attempt memory attempt, Authorisation[] memory signed) =
            _byCouncil(fields, IParticipantRegistry.SuspensionSet.selector, true);
        attempt.call = abi.encodeCall(IParticipantRegistry.setSuspension, (request, signed));
        (bool done,) = _send(attempt);
        if (done) suspended[participant] = request.suspended;
    }

    function setRoles(uint256 seed) public doing("setRoles", seed) {
        if (!_oneIn(4)) return advance(_draw(type(uint256).max));
        uint32 participant = uint32(1 + _draw(MEMBERS + 1));
        uint16 usual = participant == CARRIER ? ROLE_CARRIER : participant == INSPECTOR ? ROLE_INSPECTOR : ROLE_SELLER;
        SetRoles memory request = SetRoles(participant, _oneIn(8) ? uint16(_draw(64)) : usual | uint16(_draw(64)));
        bytes memory fields =
            abi.encode(keccak256("SetRoles(uint32 participant,uint16 roles,uint256 nonce,uint64 deadline)"), request);
        (Attempt memory attempt, Authorisation[] memory signed) =
            _byCouncil(fields, IParticipantRegistry.RolesSet.selector, participant <= MEMBERS);
        attempt.call = abi.encodeCall(IParticipantRegistry.setRoles, (request, signed));
        (bool done,) = _send(attempt);
        if (done) rolesOf[participant] = request.roles;
    }

    function addKey(uint256 seed) public doing("addKey", seed) {
        if (!_oneIn(4)) return advance(_draw(type(uint256).max));
        uint32 participant = uint32(1 + _draw(MEMBERS));
        if (keysOf[participant].length >= KEYS) return;
        bool known = _oneIn(8);
        uint256 key = known ? keysOf[participant][_draw(keysOf[participant].length)] : _newKey();
        AddKey memory request = AddKey(participant, vm.addr(key), _oneIn(2));
        (Attempt memory attempt, Authorisation[] memory signed) =
            _byCouncil(_addKeyFields(request), IParticipantRegistry.KeyAdded.selector, !known);
        attempt.call = abi.encodeCall(IParticipantRegistry.addKey, (request, signed));
        (bool done,) = _send(attempt);
        if (!done) return;
        keysOf[participant].push(key);
        keyOf[request.key] = Key(participant, clock, 0);
    }

    function endKey(uint256 seed) public doing("endKey", seed) {
        if (!_oneIn(4)) return advance(_draw(type(uint256).max));
        uint32 participant = uint32(1 + _draw(MEMBERS));
        uint256 live;
        for (uint256 i = 0; i < keysOf[participant].length; ++i) {
            if (keyOf[vm.addr(keysOf[participant][i])].endedAt == 0) ++live;
        }
        if (live < 2) return;
        EndKey memory request = EndKey(vm.addr(_memberKey(participant)));
        bytes memory fields =
            abi.encode(keccak256("EndKey(address key,uint256 nonce,uint64 deadline)"), request);
        Key storage key = keyOf[request.key];
        (Attempt memory attempt, Authorisation[] memory signed) =
            _byCouncil(fields, IParticipantRegistry.KeyEnded.selector, key.participant != 0 && key.endedAt == 0);
        attempt.call = abi.encodeCall(IParticipantRegistry.endKey, (request, signed));
        (bool done,) = _send(attempt);
        if (done) key.endedAt = clock;
    }

    /// @dev Two members sign; or one, one twice, or one and somebody else.
    function _byCouncil(bytes memory fields, bytes32 topic, bool good)
        private
        returns (Attempt memory attempt, Authorisation[] memory signed)
    {
        attempt = _on(address(registry), REGISTRY_SUBJECT, topic);
        uint256 first = _draw(3);
        _sign(attempt, fields, council[first], good);
        uint256 fault = _draw(16);
        signed = new Authorisation[](fault == 0 ? 1 : 2);
        signed[0] = attempt.signed;
        uint256 second = fault == 1 ? council[first] : fault == 2 ? people[0] : council[(first + 1 + _draw(2)) % 3];
        if (fault < 3) attempt.expected = false;
        if (fault == 0) return (attempt, signed);
        Authorisation memory other = attempt.signed;
        signed[1] = Authorisation(vm.addr(second), other.nonce, other.deadline, _rawSign(second, attempt.digest));
        if (fault == 3) {
            signed[1].nonce += 1;
            attempt.expected = false;
        }
        if (used[attempt.target][signed[1].actor][other.nonce]) attempt.expected = false;
        if (attempt.expected) used[attempt.target][signed[1].actor][other.nonce] = true;
    }

    /* POLICIES */

    function publishPolicy(uint256 seed) public doing("publishPolicy", seed) {
        if (!_oneIn(4)) return advance(_draw(type(uint256).max));
        uint32 participant = _oneIn(8) ? uint32(_draw(5)) : _oneIn(2) ? SELLER : OTHER_SELLER;
        uint32 series = uint32(1 + _draw(SERIES));
        bytes32 id = policies.policyId(participant, series);
        uint32 needed = policies.latestVersion(id) + 1;
        PublishPolicy memory request = _policy(participant, series, _oneIn(8) ? uint32(_draw(4)) : needed);
        bool good = request.version == needed;
        if (_oneIn(8)) (request.terms.answer_s, good) = (0, false);
        if (_oneIn(8)) (request.terms.fees.restockingCarrierFaultBasisPoints, good) = (10_001, false);
        uint256 key = participant == 0 ? _anybody() : _memberKey(participant);
        Attempt memory attempt = _on(address(policies), id, IPolicyBook.PolicyPublished.selector);
        _sign(attempt, _publishFields(request), key, good && _stands(key, participant, ROLE_SELLER));
        attempt.call = abi.encodeCall(IPolicyBook.publishPolicy, (request, attempt.signed));
        _send(attempt);
    }

    /* CARRIERS */

    function recordCheckpoint(uint256 seed) public doing("recordCheckpoint", seed) {
        if (!_oneIn(4)) return advance(_draw(type(uint256).max));
        (RecordCheckpoint memory request, uint256 key, bool good) = _drawCheckpoint();
        bytes32 parcel = keccak256(abi.encode(request.participant, request.tracking));
        Attempt memory attempt = _on(address(parcels), parcel, IParcelLedger.CheckpointRecorded.selector);
        _sign(attempt, abi.encode(CHECKPOINT_TYPE, request), key, good);
        attempt.call = abi.encodeCall(IParcelLedger.recordCheckpoint, (request, attempt.signed));
        _send(attempt);
    }

    /// @dev Both bulk functions report what they refuse and record the rest.
    function recordCheckpoints(uint256 seed) public doing("recordCheckpoints", seed) {
        if (!_oneIn(4)) return advance(_draw(type(uint256).max));
        RecordCheckpoint[] memory requests = new RecordCheckpoint[](1 + _draw(4));
        Authorisation[] memory signed = new Authorisation[](requests.length);
        Attempt[] memory each = new Attempt[](requests.length);
        uint256 good;
        for (uint256 i = 0; i < requests.length; ++i) {
            uint256 key;
            bool right;
            (requests[i], key, right) = _drawCheckpoint();
            each[i].target = address(parcels);
            _sign(each[i], abi.encode(CHECKPOINT_TYPE, requests[i]), key, right);
            signed[i] = each[i].signed;
            if (each[i].expected) ++good;
        }
        attempts[name] += 1;
        vm.recordLogs();
        parcels.recordCheckpoints(requests, signed);
        Attempt memory none;
        (uint256 count,) = _follow(vm.getRecordedLogs(), none);
        _hold(count == good, "another number of checkpoints");
        for (uint256 i = 0; i < requests.length; ++i) {
            Authorisation memory by = signed[i];
            if (each[i].expected) used[address(parcels)][by.actor][by.nonce] = true;
            bool spent = ISignedRequests(address(parcels)).nonceUsed(by.actor, by.nonce);
            _hold(spent == used[address(parcels)][by.actor][by.nonce], "what is refused keeps its nonce");
        }
        if (count != 0) successes[name] += 1;
    }

    function recordCheckpointBatch(uint256 seed) public doing("recordCheckpointBatch", seed) {
        if (!_oneIn(4)) return advance(_draw(type(uint256).max));
        Checkpoint[] memory list = new Checkpoint[](1 + _draw(5));
        bytes32[] memory row = new bytes32[](list.length);
        uint256 good;
        for (uint256 i = 0; i < list.length; ++i) {
            (bytes32 facts, bool right) = _drawFacts();
            list[i] = Checkpoint(bytes32(1 + _draw(TRACKINGS)), facts, "code", 0);
            row[i] = keccak256(abi.encode(list[i]));
            if (right) ++good;
        }
        uint32 participant = _oneIn(12) ? uint32(_draw(5)) : CARRIER;
        uint256 key = participant == 0 ? _anybody() : _memberKey(participant);
        Attempt memory attempt = _on(address(parcels), 0, 0);
        bytes32 kind =
            keccak256("RecordCheckpointBatch(uint32 participant,bytes32 root,uint32 count,uint256 nonce,uint64 deadline)");
        bytes memory fields = abi.encode(kind, participant, _root(row), uint32(list.length));
        _sign(attempt, fields, key, _stands(key, participant, ROLE_CARRIER));
        vm.recordLogs();
        (bool done,) = address(parcels).call(
            abi.encodeCall(IParcelLedger.recordCheckpointBatch, (participant, list, attempt.signed))
        );
        Attempt memory none;
        (uint256 count,) = _follow(vm.getRecordedLogs(), none);
        attempts[name] += 1;
        _hold(done == attempt.expected, done ? "succeeded, and must not" : "failed, and must not");
        _hold(count == (done ? good : 0), "another number of checkpoints");
        if (!done) return;
        successes[name] += 1;
        used[address(parcels)][attempt.signed.actor][attempt.signed.nonce] = true;
        lastNonce[address(parcels)][attempt.signed.actor] = attempt.signed.nonce;
    }

    function _root(bytes32[] memory row) private pure returns (bytes32) {
        if (row.length == 1) return row[0];
        bytes32[] memory above = new bytes32[]((row.length + 1) / 2);
        for (uint256 i = 0; i < above.length; ++i) {
            if (2 * i + 1 == row.length) above[i] = row[2 * i];
            else above[i] = _pair(row[2 * i], row[2 * i + 1]);
        }
        return _root(above);
    }

    function _pair(bytes32 a, bytes32 b) private pure returns (bytes32) {
        return a < b ? keccak256(abi.encode(a, b)) : keccak256(abi.encode(b, a));
    }

    function _drawCheckpoint() private returns (RecordCheckpoint memory request, uint256 key, bool good) {
        request.participant = _oneIn(12) ? uint32(_draw(5)) : CARRIER;
        request.tracking = bytes32(1 + _draw(TRACKINGS));
        (request.facts, good) = _drawFacts();
        key = request.participant == 0 ? _anybody() : _memberKey(request.participant);
        good = good && _stands(key, request.participant, ROLE_CARRIER);
    }

    function _drawFacts() private returns (bytes32 facts, bool good) {
        uint256 at = clock + 121 - _draw(200);
        good = at <= clock + 120;
        facts = bytes32(at << 192 | 1 << 184);
        if (_oneIn(12)) (facts, good) = (facts | bytes32(uint256(1)), false);
    }
}
