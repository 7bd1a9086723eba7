// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import "./HandlerOfDisputes.sol";
import {vm} from "./Vm.sol";

/// @notice One function for each action of the return ledger, by whoever and with whatever the fuzzer draws.
contract Handler is HandlerOfDisputes {
    uint256 private constant SALES = 6;
    uint256 private constant RETURNS = 4; // Of one receipt.
    uint256 private constant QUESTIONS = 3;
    uint256 private constant PARCELS = 8; // Of each side.
    uint64 private constant TOLERANCE = 120;

    /// @param salt_ Makes other histories of the same draws.
    constructor(uint256 salt_) {
        salt = salt_;
        vm.recordLogs();
        _deploy();
        _learn();
        _mintTokens();
    }

    /// @dev Mostly does what is waited for, so that histories get anywhere.
    function advance(uint256 seed) public override doing("advance", seed) {
        if (advancing) return;
        advancing = true;
        _advance(_draw(type(uint256).max));
        (advancing, focus) = (false, 0);
    }

    function _advance(uint256 seed) private {
        if (sales.length < SALES / 2 || _oneIn(24)) return claim(seed);
        if (rmas.length < SALES || _oneIn(24)) return openReturn(_draw(type(uint256).max));
        uint256 start = _draw(rmas.length);
        for (uint256 i = 0; i < rmas.length && focus == 0; ++i) {
            uint256 at = (start + i) % rmas.length;
            if (rmas[at].status != ReturnStatus.CLOSED) focus = at + 1;
        }
        if (focus == 0) return openReturn(_draw(type(uint256).max));
        _do(ledger.turnOf(rmas[focus - 1].id).act, seed);
    }

    function _do(Act act, uint256 seed) private {
        if (rmas[focus - 1].disputed && !_oneIn(3)) goOn(seed);
        else if (_oneIn(6) && _isContested(rmas[focus - 1])) openDispute(seed);
        else if (act == Act.DISPUTE) goOn(seed);
        else if (_oneIn(10)) enforce(seed);
        else if (_oneIn(20)) deposit(seed);
        else if (act == Act.ANSWER && _oneIn(8)) askBuyer(seed);
        else if (act == Act.ANSWER) approveReturn(seed);
        else if (act == Act.SUPPLY) supplyAnswer(seed);
        else if (act == Act.SEND && !_oneIn(4)) addParcel(seed);
        else if (act == Act.SEND || act == Act.RECEIVE) receiveGoods(seed);
        else if (act == Act.INSPECT || act == Act.REFUND && _oneIn(2)) inspectGoods(seed);
        else if (act == Act.REFUND && _holds(rmas[focus - 1].id)) withdrawRefund(seed);
        else if (act == Act.REFUND && _oneIn(2)) deposit(seed);
        else if (act == Act.REFUND) releaseRefund(seed);
        else if (act == Act.REPLACE || act == Act.GIVE_BACK) addParcel(seed);
        else if (act == Act.PROVE) proveOutcome(seed);
        else if (act == Act.CONFIRM) confirmOutcome(seed);
        else reopenReturn(seed);
    }

    /* RECEIPTS */

    function claim(uint256 seed) public doing("claim", seed) {
        if (sales.length >= SALES && !_oneIn(2)) return _claimAgain();
        if (sales.length >= SALES) return advance(_draw(type(uint256).max));
        uint32 seller = _oneIn(2) ? SELLER : OTHER_SELLER;
        SignedReceipt memory signed;
        signed.receipt = _drawReceipt(seller);
        uint256 claimKey = _oneIn(6) ? _newP256Key() : _newKey();
        signed.receipt.claimKey = _addressOf(claimKey);
        bytes32 id = keccak256(bytes.concat(hex"1901", domainOf[address(ledger)], _receiptHash(signed.receipt)));
        uint256 sellerKey = _memberKey(seller);
        Key storage key = keyOf[_addressOf(sellerKey)];
        signed.signer = _addressOf(sellerKey);
        signed.signature = _rawSign(sellerKey, id);
        bool good = key.participant == seller && key.addedAt <= signed.receipt.soldAt
            && (key.endedAt == 0 || signed.receipt.soldAt < key.endedAt) && signed.receipt.soldAt <= clock + TOLERANCE;
        uint256 buyerKey = people[_draw(people.length)];
        if (_claimAs(Claim(id, _addressOf(buyerKey)), _mostly(claimKey), claimKey, signed, good)) {
            _learnSale(id, signed.receipt, claimKey, buyerKey);
        }
    }

    function _claimAgain() private {
        Sale storage sale = sales[_draw(sales.length)];
        Receipt memory receipt = receipts[sale.id];
        SignedReceipt memory signed = SignedReceipt(receipt, _addressOf(keysOf[sale.seller][0]), "");
        signed.signature = _rawSign(keysOf[sale.seller][0], sale.id);
        _claimAs(Claim(sale.id, _addressOf(_anybody())), sale.claimKey, sale.claimKey, signed, false);
    }

    function _claimAs(Claim memory request, uint256 key, uint256 claimKey, SignedReceipt memory signed, bool good)
        private
        returns (bool done)
    {
        Attempt memory attempt = _on(address(ledger), request.receipt, IReturnHistory.ReceiptClaimed.selector);
        bytes memory fields =
            abi.encode(keccak256("Claim(bytes32 receipt,address buyer,uint256 nonce,uint64 deadline)"), request);
        _sign(attempt, fields, key, good && key == claimKey);
        attempt.call = abi.encodeCall(IReturnLedger.claim, (request, attempt.signed, signed));
        (done,) = _send(attempt);
    }

    function _drawReceipt(uint32 seller) private returns (Receipt memory receipt) {
        receipt.seller = seller;
        receipt.series = uint32(1 + _draw(SERIES));
        receipt.policyVersion = 1;
        receipt.currency = "EUR";
        receipt.soldAt = clock + TOLERANCE - uint64(_draw(_oneIn(4) ? 40 days : 200));
        receipt.deliveryMinor = uint48(_draw(1_000));
        receipt.consumer = !_oneIn(3);
        receipt.informed = _oneIn(2);
        receipt.order = bytes32(++nonces);
        receipt.lines = new SoldLine[](1 + _draw(3));
        for (uint256 i = 0; i < receipt.lines.length; ++i) {
            uint256 top = _oneIn(6) ? 2 ** 45 : 20_000;
            uint48 net = uint48(_draw(top));
            uint24 quantity = _oneIn(10) ? type(uint24).max : uint24(1 + _draw(5));
            receipt.lines[i] = SoldLine(
                quantity, net, uint48(_draw(net + 1)), uint48(_draw(top / 4)), uint48(_draw(100)), _oneIn(4)
            );
        }
    }

    function _learnSale(bytes32 id, Receipt memory receipt, uint256 claimKey, uint256 buyerKey) private {
        receipts[id] = receipt;
        Sale storage sale = sales.push();
        (sale.id, sale.seller, sale.claimKey, sale.buyerKey) = (id, receipt.seller, claimKey, buyerKey);
        (sale.series, sale.consumer, sale.informed) = (receipt.series, receipt.consumer, receipt.informed);
        sale.terms = policies.termsOf(policies.policyId(receipt.seller, receipt.series), receipt.policyVersion);
        sale.paid = receipt.deliveryMinor;
        for (uint256 i = 0; i < receipt.lines.length; ++i) {
            SoldLine memory sold = receipt.lines[i];
            uint256 net = sold.netMinor - sold.discountMinor;
            sale.lines.push(Line(sold.quantity, net, sold.taxMinor, sold.dutyMinor, 0, 0, sold.finalSale));
            sale.paid += net + sold.taxMinor + sold.dutyMinor;
        }
    }

    function stateDelivery(uint256 seed) public doing("stateDelivery", seed) {
        if (!_oneIn(3)) return advance(_draw(type(uint256).max));
        if (sales.length == 0) return claim(_draw(type(uint256).max));
        Sale storage sale = sales[_draw(sales.length)];
        bool buyer = _oneIn(2);
        uint32 participant = buyer ? 0 : _oneIn(12) ? uint32(_draw(5)) : sale.seller;
        uint256 key = buyer ? _mostly(sale.buyerKey) : _memberKey(participant == 0 ? SELLER : participant);
        uint64 at = clock + TOLERANCE + 1 - uint64(_draw(_oneIn(2) ? 20 days : 200));
        StateDelivery memory request = StateDelivery(sale.id, participant, at, bytes32(0));
        Attempt memory attempt = _on(address(ledger), sale.id, IReturnHistory.DeliveryStated.selector);
        bytes memory fields = abi.encode(
            keccak256(
                "StateDelivery(bytes32 receipt,uint32 participant,uint64 deliveredAt,bytes32 parcel,uint256 nonce,uint64 deadline)"
            ),
            request
        );
        bool may = participant == 0
            ? key == sale.buyerKey
            : participant == sale.seller && _stands(key, participant, ROLE_SELLER);
        _sign(attempt, fields, key, may && at <= clock + TOLERANCE);
        attempt.call = abi.encodeCall(IReturnLedger.stateDelivery, (request, attempt.signed));
        (bool done,) = _send(attempt);
        if (done && at > sale.deliveredAt) sale.deliveredAt = at;
    }

    /* LOST KEYS */

    function proposeBuyerKey(uint256 seed) public doing("proposeBuyerKey", seed) {
        if (!_oneIn(3)) return advance(_draw(type(uint256).max));
        if (sales.length == 0) return claim(_draw(type(uint256).max));
        Sale storage sale = sales[_draw(sales.length)];
        uint256 key = _memberKey(sale.seller);
        uint256 fresh = people[_draw(people.length)];
        ProposeBuyerKey memory request = ProposeBuyerKey(sale.id, _addressOf(fresh));
        Attempt memory attempt = _on(address(ledger), sale.id, IReturnHistory.BuyerKeyProposed.selector);
        bytes memory fields = abi.encode(
            keccak256("ProposeBuyerKey(bytes32 receipt,address buyer,uint256 nonce,uint64 deadline)"), request
        );
        _sign(attempt, fields, key, _stands(key, sale.seller, ROLE_SELLER) && fresh != sale.buyerKey);
        attempt.call = abi.encodeCall(IReturnLedger.proposeBuyerKey, (request, attempt.signed));
        (bool done,) = _send(attempt);
        if (done) (sale.proposedKey, sale.takesOverAt) = (fresh, clock + sale.terms.recovery_s);
    }

    function vetoBuyerKey(uint256 seed) public doing("vetoBuyerKey", seed) {
        if (!_oneIn(3)) return advance(_draw(type(uint256).max));
        if (sales.length == 0) return claim(_draw(type(uint256).max));
        Sale storage sale = _proposedSale();
        uint256 key = _mostly(sale.buyerKey);
        uint256 named = sale.proposedKey == 0 || _oneIn(12) ? _anybody() : sale.proposedKey;
        VetoBuyerKey memory request = VetoBuyerKey(sale.id, _addressOf(named));
        Attempt memory attempt = _on(address(ledger), sale.id, IReturnHistory.BuyerKeyVetoed.selector);
        bytes memory fields = abi.encode(
            keccak256("VetoBuyerKey(bytes32 receipt,address buyer,uint256 nonce,uint64 deadline)"), request
        );
        _sign(attempt, fields, key, key == sale.buyerKey && named == sale.proposedKey);
        attempt.call = abi.encodeCall(IReturnLedger.vetoBuyerKey, (request, attempt.signed));
        (bool done,) = _send(attempt);
        if (done) sale.proposedKey = 0;
    }

    function takeBuyerKey(uint256 seed) public doing("takeBuyerKey", seed) {
        if (!_oneIn(3)) return advance(_draw(type(uint256).max));
        if (sales.length == 0) return claim(_draw(type(uint256).max));
        Sale storage sale = _proposedSale();
        uint256 named = sale.proposedKey == 0 ? _anybody() : sale.proposedKey;
        if (_oneIn(2) && sale.takesOverAt > clock) _warp(uint64(sale.takesOverAt - _draw(2)));
        uint256 key = _mostly(named);
        TakeBuyerKey memory request = TakeBuyerKey(sale.id, _addressOf(named));
        Attempt memory attempt = _on(address(ledger), sale.id, IReturnHistory.BuyerKeyTaken.selector);
        bytes memory fields = abi.encode(
            keccak256("TakeBuyerKey(bytes32 receipt,address buyer,uint256 nonce,uint64 deadline)"), request
        );
        _sign(attempt, fields, key, key == named && named == sale.proposedKey && clock >= sale.takesOverAt);
        attempt.call = abi.encodeCall(IReturnLedger.takeBuyerKey, (request, attempt.signed));
        (bool done,) = _send(attempt);
        if (done) (sale.buyerKey, sale.proposedKey) = (named, 0);
    }

    function _proposedSale() private returns (Sale storage) {
        uint256 start = _draw(sales.length);
        for (uint256 i = 0; i < sales.length; ++i) {
            uint256 at = (start + i) % sales.length;
            if (sales[at].proposedKey != 0) return sales[at];
        }
        return sales[start];
    }

    /* REQUEST */

    function openReturn(uint256 seed) public doing("openReturn", seed) {
        if (sales.length == 0) return claim(_draw(type(uint256).max));
        uint256 index = _draw(sales.length);
        Sale storage sale = sales[index];
        if (sale.returns_ >= RETURNS) return;
        OpenReturn memory request;
        request.receipt = sale.id;
        request.number = _oneIn(16) ? uint32(_draw(6)) : sale.returns_ + 1;
        request.kind = ReturnKind(_oneIn(16) ? 0 : sale.consumer ? 1 + _draw(2) : 1 + _draw(8) / 7);
        bool withdrawal = request.kind == ReturnKind.WITHDRAWAL;
        request.resolution = Resolution(withdrawal && !_oneIn(12) ? 1 : _draw(5));
        request.deliveredAt = _oneIn(2) ? 0 : clock + TOLERANCE + 1 - uint64(_draw(_oneIn(2) ? 60 days : 200));
        bool good;
        bool finalSale;
        (request.lines, good, finalSale) = _drawLines(sale);
        bool offered = withdrawal
            ? sale.consumer && request.resolution == Resolution.REFUND
            : request.kind != ReturnKind.NONE && sale.terms.resolutions & (1 << uint8(request.resolution)) != 0;
        good = good && offered && request.number == sale.returns_ + 1 && request.deliveredAt <= clock + TOLERANCE;
        bytes32 returnId = keccak256(abi.encode(sale.id, request.number));
        uint256 key = _mostly(sale.buyerKey);
        Attempt memory attempt = _on(address(ledger), returnId, IReturnHistory.ReturnOpened.selector);
        attempt.returnId = returnId;
        _sign(attempt, _openFields(request), key, good && key == sale.buyerKey);
        attempt.call = abi.encodeCall(IReturnLedger.openReturn, (request, attempt.signed));
        (bool done,) = _send(attempt);
        if (done) _learnReturn(index, request, returnId, finalSale);
    }

    function _drawLines(Sale storage sale) private returns (ReturnLine[] memory lines, bool good, bool finalSale) {
        uint256 count = 1 + _draw(sale.lines.length);
        lines = new ReturnLine[](_oneIn(20) ? 0 : count);
        good = lines.length != 0;
        uint256 first = _draw(sale.lines.length);
        for (uint256 i = 0; i < lines.length; ++i) {
            uint256 line = _oneIn(30) ? _draw(256) : (first + i) % sale.lines.length;
            for (uint256 j = 0; j < i; ++j) if (lines[j].line == line) good = false;
            uint256 reason = _draw(30);
            lines[i].line = uint8(line);
            lines[i].reason = reason == 0 ? uint16(_draw(300)) : [TOO_LARGE, DEFECTIVE, DAMAGED][reason % 3];
            uint256 available =
                line < sale.lines.length ? sale.lines[line].quantity - sale.lines[line].returning : 0;
            lines[i].quantity = uint24(_oneIn(3) ? available : _draw(available + 1) + (_oneIn(8) ? 1 : 0));
            uint8 category = _category(lines[i].reason);
            if (category == 0 || category > CATEGORY_CARRIER_FAULT) good = false;
            if (lines[i].quantity == 0 || lines[i].quantity > available) good = false;
            else if (sale.lines[line].finalSale && category == CATEGORY_CHANGE_OF_MIND) finalSale = true;
        }
    }

    function _category(uint16 reason) private pure returns (uint8) {
        Reason[] memory known = _reasons();
        for (uint256 i = 0; i < known.length; ++i) if (known[i].reason == reason) return known[i].category;
        return 0;
    }

    function _openFields(OpenReturn memory request) private pure returns (bytes memory) {
        bytes32[] memory hashes = new bytes32[](request.lines.length);
        for (uint256 i = 0; i < hashes.length; ++i) {
            hashes[i] =
                keccak256(abi.encode(keccak256("ReturnLine(uint8 line,uint24 quantity,uint16 reason)"), request.lines[i]));
        }
        return abi.encode(
            keccak256(
                "OpenReturn(bytes32 receipt,uint32 number,uint8 kind,uint8 resolution,uint64 deliveredAt,ReturnLine[] lines,uint256 nonce,uint64 deadline)ReturnLine(uint8 line,uint24 quantity,uint16 reason)"
            ),
            request.receipt,
            request.number,
            request.kind,
            request.resolution,
            request.deliveredAt,
            keccak256(abi.encodePacked(hashes))
        );
    }

    function _learnReturn(uint256 index, OpenReturn memory request, bytes32 returnId, bool finalSale) private {
        Sale storage sale = sales[index];
        sale.returns_ += 1;
        if (request.deliveredAt > sale.deliveredAt) sale.deliveredAt = request.deliveredAt;
        uint256 window_s = sale.terms.window_s;
        if (request.kind == ReturnKind.WITHDRAWAL) {
            window_s = uint256(sale.terms.withdrawal_s) + sale.terms.grace_s;
            if (!sale.informed) window_s += sale.terms.uninformed_s;
        }
        bool late = sale.deliveredAt != 0 && clock > sale.deliveredAt + window_s;
        Rma storage rma = rmas.push();
        (rma.id, rma.sale, rma.kind, rma.resolution) = (returnId, index, request.kind, request.resolution);
        rma.weak = late || finalSale;
        bool withdrawn = request.kind == ReturnKind.WITHDRAWAL && !late;
        rma.status = withdrawn ? ReturnStatus.APPROVED : ReturnStatus.REQUESTED;
        for (uint256 i = 0; i < sale.lines.length; ++i) rma.pieces.push();
        for (uint256 i = 0; i < request.lines.length; ++i) {
            ReturnLine memory line = request.lines[i];
            rma.pieces[line.line].requested = line.quantity;
            rma.pieces[line.line].expected = line.quantity;
            sale.lines[line.line].returning += line.quantity;
        }
    }

    /* DECISION */

    function askBuyer(uint256 seed) public doing("askBuyer", seed) {
        if (rmas.length == 0) return openReturn(_draw(type(uint256).max));
        Rma storage rma = _returnIn(1 << uint8(ReturnStatus.REQUESTED));
        AskBuyer memory request = AskBuyer(rma.id, bytes32(seed));
        bytes memory fields =
            abi.encode(keccak256("AskBuyer(bytes32 returnId,bytes32 question,uint256 nonce,uint64 deadline)"), request);
        bool good = rma.status == ReturnStatus.REQUESTED && rma.questions < QUESTIONS;
        Attempt memory attempt = _bySeller(rma, fields, IReturnHistory.BuyerAsked.selector, good);
        attempt.call = abi.encodeCall(IReturnLedger.askBuyer, (request, attempt.signed));
        (bool done,) = _send(attempt);
        if (done) (rma.status, rma.questions) = (ReturnStatus.QUESTIONED, rma.questions + 1);
    }

    function supplyAnswer(uint256 seed) public doing("supplyAnswer", seed) {
        if (rmas.length == 0) return openReturn(_draw(type(uint256).max));
        Rma storage rma = _returnIn(1 << uint8(ReturnStatus.QUESTIONED));
        SupplyAnswer memory request = SupplyAnswer(rma.id, bytes32(seed));
        bytes memory fields = abi.encode(
            keccak256("SupplyAnswer(bytes32 returnId,bytes32 document,uint256 nonce,uint64 deadline)"), request
        );
        bool good = rma.status == ReturnStatus.QUESTIONED;
        Attempt memory attempt = _byBuyer(rma, fields, IReturnHistory.AnswerSupplied.selector, good);
        attempt.call = abi.encodeCall(IReturnLedger.supplyAnswer, (request, attempt.signed));
        (bool done,) = _send(attempt);
        if (done) rma.status = ReturnStatus.REQUESTED;
    }

    function approveReturn(uint256 seed) public doing("approveReturn", seed) {
        if (rmas.length == 0) return openReturn(_draw(type(uint256).max));
        Rma storage rma = _returnIn(1 << uint8(ReturnStatus.REQUESTED));
        ApproveReturn memory request;
        request.returnId = rma.id;
        request.inspector = _oneIn(3) ? INSPECTOR : _oneIn(4) ? uint32(_draw(6)) : 0;
        request.returnless = _oneIn(8);
        bool good = rma.status == ReturnStatus.REQUESTED;
        uint256 left;
        (request.exceptions, left) = _drawExceptions(rma);
        bytes32[] memory hashes = new bytes32[](request.exceptions.length);
        for (uint256 i = 0; i < hashes.length; ++i) {
            ApprovedLine memory line = request.exceptions[i];
            hashes[i] = keccak256(abi.encode(keccak256("ApprovedLine(uint8 line,uint24 quantity,uint16 reason)"), line));
            // A second exception of the same line must be smaller still; the drawn ones are of different lines.
            bool known = line.line < rma.pieces.length && line.quantity < rma.pieces[line.line].expected;
            good = good && known && line.reason == FINAL_SALE;
        }
        bytes memory fields = abi.encode(
            keccak256(
                "ApproveReturn(bytes32 returnId,uint32 inspector,bool returnless,ApprovedLine[] exceptions,uint256 nonce,uint64 deadline)ApprovedLine(uint8 line,uint24 quantity,uint16 reason)"
            ),
            request.returnId,
            request.inspector,
            request.returnless,
            keccak256(abi.encodePacked(hashes))
        );
        good = good && left != 0;
        Attempt memory attempt = _bySeller(rma, fields, IReturnHistory.ReturnApproved.selector, good);
        attempt.call = abi.encodeCall(IReturnLedger.approveReturn, (request, attempt.signed));
        (bool done, bytes memory data) = _send(attempt);
        if (done) _learnApproval(rma, request, data);
    }

    function _drawExceptions(Rma storage rma) private returns (ApprovedLine[] memory list, uint256 left) {
        uint256 first = _draw(rma.pieces.length);
        list = new ApprovedLine[](_oneIn(3) ? 1 + _draw(rma.pieces.length) : 0);
        for (uint256 i = 0; i < rma.pieces.length; ++i) left += rma.pieces[i].expected;
        for (uint256 i = 0; i < list.length; ++i) {
            uint256 line = (first + i) % rma.pieces.length;
            uint256 quantity = _draw(rma.pieces[line].expected + (_oneIn(6) ? 1 : 0) + 1);
            if (quantity != 0 && !_oneIn(6)) quantity -= 1;
            list[i] = ApprovedLine(uint8(line), uint24(quantity), _oneIn(20) ? DAMAGED : FINAL_SALE);
            if (quantity < rma.pieces[line].expected) left -= rma.pieces[line].expected - quantity;
        }
    }

    function _learnApproval(Rma storage rma, ApproveReturn memory request, bytes memory data) private {
        Sale storage sale = sales[rma.sale];
        for (uint256 i = 0; i < request.exceptions.length; ++i) {
            ApprovedLine memory line = request.exceptions[i];
            sale.lines[line.line].returning -= rma.pieces[line.line].expected - line.quantity;
            rma.pieces[line.line].expected = line.quantity;
        }
        (rma.status, rma.inspector) = (ReturnStatus.APPROVED, request.inspector);
        (,,,, AcceptedLine[] memory accepted, bool completes) =
            abi.decode(data, (uint64, uint32, bool, ApprovedLine[], AcceptedLine[], bool));
        if (request.returnless) rma.returnless = true;
        uint256[] memory pieces = new uint256[](rma.pieces.length);
        if (request.returnless) pieces = _acceptAll(rma);
        _learnAccepted(rma, accepted, completes, pieces);
    }

    function declineReturn(uint256 seed) public doing("declineReturn", seed) {
        if (rmas.length == 0 || !_oneIn(2)) return advance(_draw(type(uint256).max));
        Rma storage rma = _returnIn(1 << uint8(ReturnStatus.REQUESTED));
        DeclineReturn memory request = DeclineReturn(rma.id, _oneIn(12) ? uint16(_draw(300)) : FINAL_SALE);
        bytes memory fields = abi.encode(
            keccak256("DeclineReturn(bytes32 returnId,uint16 reason,uint256 nonce,uint64 deadline)"), request
        );
        bool good = rma.status == ReturnStatus.REQUESTED && request.reason == FINAL_SALE;
        Attempt memory attempt = _bySeller(rma, fields, IReturnHistory.ReturnDeclined.selector, good);
        attempt.call = abi.encodeCall(IReturnLedger.declineReturn, (request, attempt.signed));
        (bool done,) = _send(attempt);
        if (done) _lapse(rma, ReturnStatus.DECLINED);
    }

    function cancelReturn(uint256 seed) public doing("cancelReturn", seed) {
        if (rmas.length == 0 || !_oneIn(3)) return advance(_draw(type(uint256).max));
        uint256 open = 1 << uint8(ReturnStatus.REQUESTED) | 1 << uint8(ReturnStatus.QUESTIONED)
            | 1 << uint8(ReturnStatus.APPROVED);
        Rma storage rma = _returnIn(open);
        CancelReturn memory request = CancelReturn(rma.id);
        bytes memory fields =
            abi.encode(keccak256("CancelReturn(bytes32 returnId,uint256 nonce,uint64 deadline)"), request);
        bool good = open & (1 << uint8(rma.status)) != 0 && !rma.arrived && !rma.returnless && rma.refunded == 0
            && !rma.replaced && !rma.disputed && !rma.ruled;
        Attempt memory attempt = _byBuyer(rma, fields, IReturnHistory.ReturnCancelled.selector, good);
        attempt.call = abi.encodeCall(IReturnLedger.cancelReturn, (request, attempt.signed));
        (bool done,) = _send(attempt);
        if (done) _lapse(rma, ReturnStatus.CANCELLED);
    }

    function reopenReturn(uint256 seed) public doing("reopenReturn", seed) {
        if (rmas.length == 0) return openReturn(_draw(type(uint256).max));
        uint256 lapsed = 1 << uint8(ReturnStatus.DECLINED) | 1 << uint8(ReturnStatus.CANCELLED)
            | 1 << uint8(ReturnStatus.EXPIRED);
        Rma storage rma = _returnIn(lapsed);
        Sale storage sale = sales[rma.sale];
        bool good = lapsed & (1 << uint8(rma.status)) != 0 && !rma.reopened && !rma.disputed;
        uint256 until = rma.lapsedAt + sale.terms.reopen_s + sale.terms.grace_s;
        if (good && _oneIn(4) && until > clock) _warp(uint64(until - _draw(2)));
        good = good && clock < until;
        for (uint256 i = 0; i < sale.lines.length; ++i) {
            good = good && rma.pieces[i].requested + sale.lines[i].returning <= sale.lines[i].quantity;
        }
        ReopenReturn memory request = ReopenReturn(rma.id, bytes32(seed));
        bytes memory fields = abi.encode(
            keccak256("ReopenReturn(bytes32 returnId,bytes32 document,uint256 nonce,uint64 deadline)"), request
        );
        Attempt memory attempt = _byBuyer(rma, fields, IReturnHistory.ReturnReopened.selector, good);
        attempt.call = abi.encodeCall(IReturnLedger.reopenReturn, (request, attempt.signed));
        (bool done,) = _send(attempt);
        if (!done) return;
        for (uint256 i = 0; i < sale.lines.length; ++i) {
            rma.pieces[i].expected = rma.pieces[i].requested;
            sale.lines[i].returning += rma.pieces[i].requested;
        }
        (rma.status, rma.reopened, rma.sent, rma.documented) = (ReturnStatus.REQUESTED, true, false, false);
        rma.sellerParcels = 0;
        delete rma.parcels; // What was named before says nothing about what is sent now.
    }

    /* PARCELS */

    function addParcel(uint256 seed) public doing("addParcel", seed) {
        if (rmas.length == 0) return openReturn(_draw(type(uint256).max));
        Rma storage rma = _returnIn(1 << uint8(ReturnStatus.APPROVED));
        Sale storage sale = sales[rma.sale];
        AddParcel memory request;
        request.returnId = rma.id;
        (Act act,) = _turn(rma, sale.terms, ledger.refundOf(rma.id).dueMinor);
        bool buyer = act == Act.SEND || act == Act.RECEIVE ? !_oneIn(4) : _oneIn(6);
        request.participant = buyer ? 0 : _oneIn(12) ? uint32(_draw(5)) : sale.seller;
        buyer = request.participant == 0;
        request.purpose = ParcelPurpose(_drawPurpose(rma));
        request.carrier = _oneIn(12) ? uint32(_draw(6)) : CARRIER;
        request.tracking = bytes32(1 + _draw(TRACKINGS));
        request.sentAt = _drawClaimed();
        request.document = _oneIn(4) ? bytes32(seed) : bytes32(0);
        bytes32 parcel = keccak256(abi.encode(request.carrier, request.tracking));
        bool good = rma.status == ReturnStatus.APPROVED && (buyer || request.participant == sale.seller)
            && request.sentAt <= clock + TOLERANCE && _hasRoom(rma, buyer) && _fits(rma, buyer, request.purpose);
        for (uint256 i = 0; i < rma.parcels.length; ++i) if (rma.parcels[i] == parcel) good = false;
        bytes memory fields = abi.encode(
            keccak256(
                "AddParcel(bytes32 returnId,uint32 participant,uint8 purpose,uint32 carrier,bytes32 tracking,uint64 sentAt,bytes32 document,uint256 nonce,uint64 deadline)"
            ),
            request
        );
        bytes32 topic = IReturnHistory.ParcelAdded.selector;
        Attempt memory attempt = buyer ? _byBuyer(rma, fields, topic, good) : _bySeller(rma, fields, topic, good);
        attempt.call = abi.encodeCall(IReturnLedger.addParcel, (request, attempt.signed));
        (bool done,) = _send(attempt);
        if (!done) return;
        rma.parcels.push(parcel);
        references[parcel] = ParcelReference(request.carrier, request.tracking);
        if (!buyer) rma.sellerParcels += 1;
        if (request.purpose == ParcelPurpose.GOODS_RETURNED) {
            rma.sent = true;
            rma.documented = rma.documented || request.document != 0;
        } else if (request.purpose == ParcelPurpose.GOODS_GIVEN_BACK) {
            rma.givenBack = true;
        } else {
            rma.replaced = true;
        }
    }

    function _hasRoom(Rma storage rma, bool buyer) private view returns (bool) {
        return (buyer ? rma.parcels.length - rma.sellerParcels : rma.sellerParcels) < PARCELS;
    }

    /// @dev Goods are given back where some were rejected, and replaced where the buyer does not get money.
    function _fits(Rma storage rma, bool buyer, ParcelPurpose purpose) private view returns (bool) {
        if (purpose == ParcelPurpose.GOODS_RETURNED) return true;
        if (buyer || purpose == ParcelPurpose.NONE) return false;
        if (purpose == ParcelPurpose.GOODS_GIVEN_BACK) {
            for (uint256 i = 0; i < rma.pieces.length; ++i) if (rma.pieces[i].rejected != 0) return true;
            return false;
        }
        return rma.resolution == Resolution.REPLACEMENT || rma.resolution == Resolution.REPAIR;
    }

    /// @dev Mostly what is waited for.
    function _drawPurpose(Rma storage rma) private returns (uint256) {
        (Act act,) = _turn(rma, sales[rma.sale].terms, ledger.refundOf(rma.id).dueMinor);
        if (_oneIn(6)) return _draw(5);
        return act == Act.REPLACE ? 2 + _draw(2) : act == Act.GIVE_BACK ? 4 : 1;
    }

    /* GOODS */

    function receiveGoods(uint256 seed) public doing("receiveGoods", seed) {
        if (rmas.length == 0) return openReturn(_draw(type(uint256).max));
        Rma storage rma = _returnIn(1 << uint8(ReturnStatus.APPROVED));
        ReceiveGoods memory request;
        request.returnId = rma.id;
        request.participant = _drawInspector(rma);
        request.receivedAt = _drawClaimed();
        request.complete = _oneIn(4);
        request.extra = uint24(_draw(3));
        bool good;
        (request.lines, good) = _drawReceived(rma);
        good = good && rma.status == ReturnStatus.APPROVED && request.receivedAt <= clock + TOLERANCE
            && (request.lines.length != 0 || (request.complete && _isMissing(rma)));
        bytes32[] memory hashes = new bytes32[](request.lines.length);
        for (uint256 i = 0; i < hashes.length; ++i) {
            hashes[i] = keccak256(abi.encode(keccak256("ReceivedLine(uint8 line,uint24 quantity)"), request.lines[i]));
        }
        bytes memory fields = bytes.concat(
            abi.encode(
                keccak256(
                    "ReceiveGoods(bytes32 returnId,uint32 participant,uint64 receivedAt,bool complete,uint24 extra,uint24 wrong,bytes32 evidence,ReceivedLine[] lines,uint256 nonce,uint64 deadline)ReceivedLine(uint8 line,uint24 quantity)"
                ),
                request.returnId,
                request.participant,
                request.receivedAt,
                request.complete
            ),
            abi.encode(request.extra, request.wrong, request.evidence, keccak256(abi.encodePacked(hashes)))
        );
        Attempt memory attempt =
            _byInspector(rma, request.participant, fields, IReturnHistory.GoodsReceived.selector, good);
        attempt.call = abi.encodeCall(IReturnLedger.receiveGoods, (request, attempt.signed));
        uint256 until = ledger.turnOf(rma.id).until;
        (uint256 expected,,,) = _sums(rma);
        (bool done,) = _send(attempt);
        if (!done) return;
        rma.arrived = true;
        for (uint256 i = 0; i < request.lines.length; ++i) {
            rma.pieces[request.lines[i].line].received += request.lines[i].quantity;
        }
        if (request.complete) _shorten(rma);
        (uint256 left,,,) = _sums(rma);
        bool nothing = request.lines.length == 0 && left == expected;
        _hold(!nothing || ledger.turnOf(rma.id).until == until, "a word that changes nothing puts a deadline off");
    }

    /// @dev Whether something was sent or arrived, and not all of it is here.
    function _isMissing(Rma storage rma) private view returns (bool) {
        (uint256 expected, uint256 received,,) = _sums(rma);
        return expected != received && (rma.sent || rma.arrived);
    }

    function _drawReceived(Rma storage rma) private returns (ReceivedLine[] memory lines, bool good) {
        ReceivedLine[] memory all = new ReceivedLine[](rma.pieces.length + 1);
        uint256 count;
        good = true;
        for (uint256 i = 0; i < rma.pieces.length; ++i) {
            uint256 awaited = rma.pieces[i].expected - rma.pieces[i].received;
            uint256 quantity = _oneIn(2) ? awaited : _draw(awaited + 1);
            if (_oneIn(16)) quantity = awaited + _draw(2);
            if (quantity == 0 && !_oneIn(30)) continue;
            if (quantity == 0 || quantity > awaited) good = false;
            all[count++] = ReceivedLine(uint8(i), uint24(quantity));
        }
        if (_oneIn(30)) {
            all[count++] = ReceivedLine(uint8(_draw(256)), type(uint24).max);
            good = false;
        }
        assembly ("memory-safe") {
            mstore(all, count)
        }
        lines = all;
    }

    function inspectGoods(uint256 seed) public doing("inspectGoods", seed) {
        if (rmas.length == 0) return openReturn(_draw(type(uint256).max));
        Rma storage rma = _toInspect();
        InspectGoods memory request;
        request.returnId = rma.id;
        request.participant = _drawInspector(rma);
        bool good;
        (request.lines, good) = _drawInspected(rma);
        good = good && rma.status == ReturnStatus.APPROVED && request.lines.length != 0;
        bytes32[] memory hashes = new bytes32[](request.lines.length);
        for (uint256 i = 0; i < hashes.length; ++i) {
            hashes[i] = keccak256(
                abi.encode(
                    keccak256(
                        "InspectedLine(uint8 line,uint24 accepted,uint24 rejected,uint16 diminishedBasisPoints,uint8 grade,uint8 disposition)"
                    ),
                    request.lines[i]
                )
            );
        }
        bytes memory fields = abi.encode(
            keccak256(
                "InspectGoods(bytes32 returnId,uint32 participant,bytes32 evidence,InspectedLine[] lines,uint256 nonce,uint64 deadline)InspectedLine(uint8 line,uint24 accepted,uint24 rejected,uint16 diminishedBasisPoints,uint8 grade,uint8 disposition)"
            ),
            request.returnId,
            request.participant,
            request.evidence,
            keccak256(abi.encodePacked(hashes))
        );
        Attempt memory attempt =
            _byInspector(rma, request.participant, fields, IReturnHistory.GoodsInspected.selector, good);
        attempt.call = abi.encodeCall(IReturnLedger.inspectGoods, (request, attempt.signed));
        (bool done, bytes memory data) = _send(attempt);
        if (done) _learnInspection(rma, request, data);
    }

    function _toInspect() private returns (Rma storage) {
        if (focus != 0) return rmas[focus - 1];
        uint256 start = _draw(rmas.length);
        for (uint256 i = 0; i < rmas.length; ++i) {
            Rma storage rma = rmas[(start + i) % rmas.length];
            (, uint256 received, uint256 accepted, uint256 rejected) = _sums(rma);
            if (rma.status == ReturnStatus.APPROVED && received > accepted + rejected) return rma;
        }
        return rmas[start];
    }

    function _drawInspected(Rma storage rma) private returns (InspectedLine[] memory lines, bool good) {
        InspectedLine[] memory all = new InspectedLine[](rma.pieces.length);
        uint256 count;
        good = true;
        for (uint256 i = 0; i < rma.pieces.length; ++i) {
            Pieces storage pieces = rma.pieces[i];
            uint256 waiting = pieces.received - pieces.accepted - pieces.rejected;
            uint256 given = _oneIn(2) ? waiting : _draw(waiting + 1);
            if (pieces.held && !_oneIn(12)) continue;
            if (_oneIn(20)) given = waiting + 1;
            if (given == 0) continue;
            if (pieces.held) good = false;
            uint256 rejected = _oneIn(2) ? 0 : _draw(given + 1);
            uint256 points = _oneIn(3) ? _draw(10_001) : _oneIn(20) ? 10_001 : 0;
            if (given > waiting || points > 10_000) good = false;
            all[count++] = InspectedLine(uint8(i), uint24(given - rejected), uint24(rejected), uint16(points), 1, 0);
        }
        assembly ("memory-safe") {
            mstore(all, count)
        }
        lines = all;
    }

    function _learnInspection(Rma storage rma, InspectGoods memory request, bytes memory data) private {
        uint256[] memory pieces = new uint256[](rma.pieces.length);
        for (uint256 i = 0; i < request.lines.length; ++i) {
            InspectedLine memory found = request.lines[i];
            pieces[found.line] = found.accepted;
            rma.pieces[found.line].rejected += found.rejected;
            // What was given back before cannot have been these.
            if (found.rejected != 0) rma.givenBack = false;
        }
        (,,,, AcceptedLine[] memory accepted, bool completes) =
            abi.decode(data, (uint64, uint32, bytes32, InspectedLine[], AcceptedLine[], bool));
        _learnAccepted(rma, accepted, completes, pieces);
        for (uint256 i = 0; i < accepted.length; ++i) {
            for (uint256 j = 0; j < request.lines.length; ++j) {
                if (request.lines[j].line != accepted[i].line) continue;
                uint256 least = uint256(accepted[i].goodsMinor) * request.lines[j].diminishedBasisPoints / 10_000;
                _hold(accepted[i].diminishedMinor == least, "another diminished value");
            }
        }
    }

    /* MONEY AND OUTCOME */

    function releaseRefund(uint256 seed) public doing("releaseRefund", seed) {
        if (rmas.length == 0) return openReturn(_draw(type(uint256).max));
        Rma storage rma = _returnIn(1 << uint8(ReturnStatus.APPROVED));
        Sale storage sale = sales[rma.sale];
        uint256 left = sale.paid - sale.refunded;
        uint256 dueMinor = ledger.refundOf(rma.id).dueMinor;
        uint256 amount = _oneIn(2) ? dueMinor : _draw(dueMinor + 1);
        if (_oneIn(8)) amount = left + _draw(2);
        uint256 goodwill = _oneIn(6) ? _draw(left / 2 + 2) : 0;
        if (amount > type(uint48).max) amount = type(uint48).max;
        ReleaseRefund memory request =
            ReleaseRefund(rma.id, uint48(amount), uint48(goodwill), bytes32(seed), _drawClaimed());
        bool good = rma.status == ReturnStatus.APPROVED && request.paidAt <= clock + TOLERANCE && amount + goodwill != 0
            && amount + goodwill <= left;
        bytes memory fields = abi.encode(
            keccak256(
                "ReleaseRefund(bytes32 returnId,uint48 amountMinor,uint48 goodwillMinor,bytes32 payment,uint64 paidAt,uint256 nonce,uint64 deadline)"
            ),
            request
        );
        Attempt memory attempt = _bySeller(rma, fields, IReturnHistory.RefundReleased.selector, good);
        attempt.call = abi.encodeCall(IReturnLedger.releaseRefund, (request, attempt.signed));
        (bool done, bytes memory data) = _send(attempt);
        if (!done) return;
        (, uint48 amountMinor, uint48 goodwillMinor,,, uint256 dueBefore) =
            abi.decode(data, (uint64, uint48, uint48, bytes32, uint64, uint256));
        sale.refunded += uint256(amountMinor) + goodwillMinor;
        rma.refunded += amountMinor;
        _unpin(rma.sale);
        bool settles = dueBefore != 0 && (amountMinor >= dueBefore || uint256(amountMinor) + goodwillMinor == left);
        if (settles) _learnSettled(rma);
        _hold(dueBefore == dueMinor, "another amount was due");
    }

    function confirmOutcome(uint256 seed) public doing("confirmOutcome", seed) {
        if (rmas.length == 0) return openReturn(_draw(type(uint256).max));
        Rma storage rma = _toConfirm();
        ConfirmOutcome memory request = ConfirmOutcome(rma.id, _oneIn(3), bytes32(seed));
        (Act act,) = _turn(rma, sales[rma.sale].terms, ledger.refundOf(rma.id).dueMinor);
        bool good =
            rma.status == ReturnStatus.APPROVED && act == Act.CONFIRM && (request.arrived || !(rma.proved || rma.contested));
        good = good && !(request.arrived && _windowIsOpen(rma));
        bytes memory fields = abi.encode(
            keccak256("ConfirmOutcome(bytes32 returnId,bool arrived,bytes32 evidence,uint256 nonce,uint64 deadline)"),
            request
        );
        Attempt memory attempt = _byBuyer(rma, fields, IReturnHistory.OutcomeConfirmed.selector, good);
        attempt.call = abi.encodeCall(IReturnLedger.confirmOutcome, (request, attempt.signed));
        (bool done,) = _send(attempt);
        if (!done) return;
        if (request.arrived && rma.recorded) _learnSettled(rma);
        if (request.arrived) _close(rma);
        else rma.contested = true;
    }

    function _toConfirm() private returns (Rma storage) {
        if (focus != 0) return rmas[focus - 1];
        uint256 start = _draw(rmas.length);
        for (uint256 i = 0; i < rmas.length; ++i) {
            Rma storage rma = rmas[(start + i) % rmas.length];
            if (rma.status == ReturnStatus.APPROVED && ledger.turnOf(rma.id).act == Act.CONFIRM) return rma;
        }
        return rmas[start];
    }

    function proveOutcome(uint256 seed) public doing("proveOutcome", seed) {
        if (rmas.length == 0) return openReturn(_draw(type(uint256).max));
        Rma storage rma = _contested();
        ProveOutcome memory request = ProveOutcome(rma.id, bytes32(seed));
        bytes memory fields = abi.encode(
            keccak256("ProveOutcome(bytes32 returnId,bytes32 evidence,uint256 nonce,uint64 deadline)"), request
        );
        (Act act,) = _turn(rma, sales[rma.sale].terms, ledger.refundOf(rma.id).dueMinor);
        bool good = rma.status == ReturnStatus.APPROVED && act == Act.PROVE;
        Attempt memory attempt = _bySeller(rma, fields, IReturnHistory.OutcomeProved.selector, good);
        attempt.call = abi.encodeCall(IReturnLedger.proveOutcome, (request, attempt.signed));
        (bool done,) = _send(attempt);
        if (done) (rma.contested, rma.proved) = (false, true);
    }

    function _contested() private returns (Rma storage) {
        if (focus != 0) return rmas[focus - 1];
        uint256 start = _draw(rmas.length);
        for (uint256 i = 0; i < rmas.length; ++i) {
            Rma storage rma = rmas[(start + i) % rmas.length];
            if (rma.contested && rma.status == ReturnStatus.APPROVED) return rma;
        }
        return rmas[start];
    }

    function closeReturn(uint256 seed) public doing("closeReturn", seed) {
        if (rmas.length == 0 || !_oneIn(4)) return advance(_draw(type(uint256).max));
        Rma storage rma = _withDeposit(false);
        CloseReturn memory request = CloseReturn(rma.id);
        bytes memory fields = abi.encode(CLOSE_TYPE, request);
        bool good = rma.status != ReturnStatus.CLOSED && !rma.disputed && !_windowIsOpen(rma);
        Attempt memory attempt = _byBuyer(rma, fields, IReturnHistory.ReturnClosed.selector, good);
        attempt.call = abi.encodeCall(IReturnLedger.closeReturn, (request, attempt.signed));
        (bool done,) = _send(attempt);
        if (done) _close(rma);
    }
}
