// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import "./HandlerOfMembers.sol";

/// @notice Checkpoints, one and many, their corrections, and custody that passes.
abstract contract HandlerOfParcels is HandlerOfMembers {
    bytes32 private constant CHECKPOINT_TYPE = keccak256(
        "RecordCheckpoint(uint32 participant,bytes32 tracking,bytes32 facts,bytes32 code,bytes32 document,uint256 nonce,uint64 deadline)"
    );
    bytes32 private constant HAND_OVER_TYPE = keccak256(
        "HandOver(uint32 giver,bytes32 giverTracking,uint32 taker,bytes32 takerTracking,uint64 occurredAt,bytes32 document,uint256 nonce,uint64 deadline)"
    );
    bytes32 private constant CORRECT_TYPE = keccak256(
        "CorrectCheckpoint(uint32 participant,bytes32 tracking,bytes32 wrongFacts,bytes32 wrongCode,uint16 reason,bytes32 facts,bytes32 code,bytes32 document,uint256 nonce,uint64 deadline)"
    );
    uint16 private constant ROLES_OF_CUSTODY = 0x0f; // Seller, carrier, inspector, broker.

    /* CHECKPOINTS */

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

    /* CORRECTIONS */

    /// @dev Mostly by the reporter, at times by another carrier.
    function correctCheckpoint(uint256 seed) public doing("correctCheckpoint", seed) {
        if (!_oneIn(4)) return advance(_draw(type(uint256).max));
        uint32 reporter = _oneIn(12) ? uint32(_draw(MEMBERS + 1)) : CARRIER;
        uint256 key = _memberKey(_oneIn(4) ? OTHER_CARRIER : reporter);
        (bytes32 facts, bool good) = _drawFacts();
        bytes32 tracking = bytes32(1 + _draw(TRACKINGS));
        CorrectCheckpoint memory request = CorrectCheckpoint(
            reporter, tracking, bytes32(seed), "wrong", CORRECTED, facts, "right", bytes32(seed)
        );
        if (_oneIn(8)) request.reason = [TOO_LARGE, FINAL_SALE, CORRECTED + 1][_draw(3)];
        // It did not happen at all.
        if (_oneIn(3)) (request.facts, good) = (0, true);
        good = good && request.reason == CORRECTED && _stands(key, request.participant, ROLE_CARRIER);
        bytes32 parcel = keccak256(abi.encode(request.participant, request.tracking));
        Attempt memory attempt = _on(address(parcels), parcel, IParcelLedger.CheckpointCorrected.selector);
        attempt.data = keccak256(
            abi.encode(
                clock,
                request.wrongFacts,
                request.wrongCode,
                request.reason,
                request.facts,
                request.code,
                request.document
            )
        );
        _sign(attempt, abi.encode(CORRECT_TYPE, request), key, good);
        attempt.call = abi.encodeCall(IParcelLedger.correctCheckpoint, (request, attempt.signed));
        _send(attempt);
    }

    /* HAND-OVERS */

    function handOver(uint256 seed) public doing("handOver", seed) {
        if (!_oneIn(4)) return advance(_draw(type(uint256).max));
        HandOver memory request = _drawHandOver(bytes32(seed));
        (uint256 giverKey, uint256 takerKey) = (_memberKey(request.giver), _memberKey(request.taker));
        bool good = _isBetweenTwo(request) && request.occurredAt <= clock + 120
            && (request.giver == 0 || _stands(giverKey, request.giver, ROLES_OF_CUSTODY))
            && _stands(takerKey, request.taker, ROLES_OF_CUSTODY);
        Attempt memory attempt = _on(address(parcels), 0, IParcelLedger.HandedOver.selector);
        _expectHandOver(attempt, request, _addressOf(giverKey));
        _sign(attempt, abi.encode(HAND_OVER_TYPE, request), giverKey, good);
        Authorisation[] memory signed = _withSecond(attempt, takerKey);
        attempt.call = abi.encodeCall(IParcelLedger.handOver, (request, signed));
        _send(attempt);
    }

    /// @dev Between any two; each has a parcel of his own, or one of them, and seldom none.
    function _drawHandOver(bytes32 document) private returns (HandOver memory request) {
        request.giver = uint32(_draw(MEMBERS + 1));
        request.taker = _oneIn(12) ? uint32(_draw(MEMBERS + 2)) : uint32(1 + _draw(MEMBERS));
        if (request.giver != 0 && !_oneIn(3)) request.giverTracking = bytes32(1 + _draw(TRACKINGS));
        if (!_oneIn(3)) request.takerTracking = bytes32(1 + _draw(TRACKINGS));
        if (_oneIn(20)) request.giverTracking = bytes32(1 + _draw(TRACKINGS));
        request.occurredAt = clock + 121 - uint64(_draw(200));
        request.document = document;
    }

    /// @dev Who takes is a member; who gives may be none, and then has no parcel of his own.
    function _isBetweenTwo(HandOver memory request) private pure returns (bool) {
        if (request.taker == 0 || request.giver == request.taker) return false;
        if (request.giver == 0 && request.giverTracking != 0) return false;
        return request.giverTracking != 0 || request.takerTracking != 0;
    }

    /// @dev The same entry for each parcel that is named.
    function _expectHandOver(Attempt memory attempt, HandOver memory request, address giverKey) private view {
        attempt.data = keccak256(
            abi.encode(
                clock,
                request.giver,
                giverKey,
                request.giverTracking,
                request.taker,
                request.takerTracking,
                request.occurredAt,
                request.document
            )
        );
        bytes32 taken = keccak256(abi.encode(request.taker, request.takerTracking));
        attempt.subject = taken;
        if (request.giverTracking == 0) return;
        attempt.subject = keccak256(abi.encode(request.giver, request.giverTracking));
        if (request.takerTracking == 0) return;
        attempt.also = Entry(attempt.target, attempt.topic, taken, attempt.data);
    }
}
